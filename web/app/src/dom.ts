// Small element builder: no markup strings, so nothing that comes from data can become markup.

type Child = Node | string | number | null | undefined | false;
type Attrs = Record<string, unknown>;

/** Makes an HTML element. on… attributes are listeners, `style` an object set through CSSOM, false and null are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attrs: Attrs | null, ...children: Child[]): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  decorate(el, attrs);
  append(el, children);
  return el;
}

/** The same for SVG. */
export function s<K extends keyof SVGElementTagNameMap>(tag: K, attrs: Attrs | null, ...children: Child[]): SVGElementTagNameMap[K] {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  decorate(el, attrs);
  append(el, children);
  return el;
}

function decorate(el: Element, attrs: Attrs | null): void {
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value as EventListener);
    else if (name === "style") for (const [p, v] of Object.entries(value as object)) (el as HTMLElement).style.setProperty(p, String(v));
    else el.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(el: Element, children: Child[]): void {
  for (const c of children) {
    if (c === null || c === undefined || c === false) continue;
    el.append(typeof c === "number" ? String(c) : c);
  }
}

/** Replaces the children of a container; the element with the focus is found again by its data-key, and scrolling stays, that of lists inside as well. */
export function redraw(container: HTMLElement, ...children: Child[]): void {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && container.contains(active) ? active.dataset.key : undefined;
  const top = container.scrollTop;
  const inner = new Map([...container.querySelectorAll<HTMLElement>("[data-scroll]")].map((el) => [el.dataset.scroll, el.scrollTop]));
  container.replaceChildren();
  append(container, children);
  container.scrollTop = top;
  for (const [key, at] of inner) {
    const list = at ? container.querySelector<HTMLElement>(`[data-scroll="${CSS.escape(key ?? "")}"]`) : null;
    if (list) list.scrollTop = at;
  }
  if (key) container.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

export function debounce(ms: number, fn: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(fn, ms);
  };
}

export const reducedMotion = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
