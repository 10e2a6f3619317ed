// The field for typed coordinates, in either system.
import { h } from "../dom";
import { icon } from "../icons";
import { t, type Key } from "../i18n";
import type { LonLat } from "./d96";
import { parse } from "./parse";

export class Typed {
  readonly element: HTMLFormElement;
  private readonly field: HTMLInputElement;
  private readonly label: HTMLLabelElement;
  private readonly hint: HTMLParagraphElement;
  private readonly button = h("button", { class: "button", type: "submit" });

  constructor(
    id: string,
    private readonly words: { label: Key; button: Key },
    private readonly use: (at: LonLat) => void,
  ) {
    this.field = h("input", { class: "field", id, type: "text", autocomplete: "off", spellcheck: "false", inputmode: "text", "aria-describedby": `${id}-hint`, "data-key": id });
    this.label = h("label", { for: id });
    this.hint = h("p", { class: "hint", id: `${id}-hint`, "aria-live": "polite" });
    this.element = h("form", { class: "typed", onsubmit: (e: Event) => this.submit(e) }, this.label, h("div", { class: "typed-row" }, this.field, this.button), this.hint);
    this.field.addEventListener("input", () => this.say(null));
  }

  draw(): void {
    this.label.textContent = t(this.words.label);
    this.button.textContent = t(this.words.button);
    if (!this.hint.classList.contains("hint-wrong")) this.say(null);
  }

  private submit(e: Event): void {
    e.preventDefault();
    const got = parse(this.field.value);
    if ("wrong" in got) {
      this.say(got.wrong === "outside" ? "tools.outside" : "tools.unreadable");
      this.field.focus();
      return;
    }
    this.field.value = "";
    this.say(null);
    this.use(got.at);
  }

  private say(wrong: Key | null): void {
    this.field.setAttribute("aria-invalid", String(wrong !== null));
    this.hint.classList.toggle("hint-wrong", wrong !== null);
    this.hint.replaceChildren(...(wrong ? [icon("info")] : []), t(wrong ?? "tools.typedHint"));
  }
}
