// Moving a layer in the drawing order: by dragging its grip, and by buttons and keys for whoever does not drag.

/** The list with one of its items at another place. */
export function moved(list: string[], id: string, to: number): string[] {
  const rest = list.filter((x) => x !== id);
  const at = Math.max(0, Math.min(rest.length, to));
  return [...rest.slice(0, at), id, ...rest.slice(at)];
}

/** Follows a pointer from a grip: `place` is called with the layer that the pointer is over, `drop` at the end. */
export function drag(start: PointerEvent, list: HTMLElement, place: (over: string) => void, drop: () => void): void {
  start.preventDefault();
  const follow = (e: PointerEvent) => {
    if (e.pointerId !== start.pointerId) return;
    const over = document.elementFromPoint(list.getBoundingClientRect().left + 40, e.clientY)?.closest<HTMLElement>("[data-layer]")?.dataset.layer;
    if (over) place(over);
  };
  const end = (e: PointerEvent) => {
    if (e.pointerId !== start.pointerId) return;
    removeEventListener("pointermove", follow);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    drop();
  };
  addEventListener("pointermove", follow);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}
