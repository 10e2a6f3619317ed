// Knows whether the server can be reached, says so in words, and asks again with
// growing pauses until it answers; then everything that failed is loaded anew.
import { ApiError, ready } from "./api";
import { h } from "./dom";
import { t } from "./i18n";

type Listener = () => void;

export class Connection {
  readonly banner = h("div", { class: "banner", role: "status", "aria-live": "polite", hidden: true });
  private away = false;
  private pause = 2000;
  private readonly back: Listener[] = [];

  /** Called whenever the server is there again. */
  onBack(listener: Listener): void {
    this.back.push(listener);
  }

  /** The words for an error; a server that is away also raises the banner. */
  words(err: unknown): string {
    if (err instanceof ApiError && err.away) {
      this.lost();
      return t("error.away");
    }
    return err instanceof ApiError && err.detail ? err.detail : t("error.load");
  }

  /** A request outside the api client failed, such as a tile: look whether the server is there at all. */
  async suspect(): Promise<void> {
    if (!this.away && !(await ready())) this.lost();
  }

  private lost(): void {
    if (this.away) return;
    this.away = true;
    this.pause = 2000;
    this.show(t("error.away"), true);
    setTimeout(() => void this.ask(), this.pause);
  }

  private async ask(): Promise<void> {
    if (!this.away) return;
    if (await ready()) {
      this.away = false;
      this.show(t("error.back"), false);
      setTimeout(() => !this.away && (this.banner.hidden = true), 4000);
      for (const listener of this.back) listener();
      return;
    }
    this.pause = Math.min(this.pause * 1.6, 20_000);
    setTimeout(() => void this.ask(), this.pause);
  }

  private show(text: string, retry: boolean): void {
    this.banner.hidden = false;
    this.banner.classList.toggle("banner-good", !retry);
    this.banner.replaceChildren(
      h("span", null, text),
      retry ? h("button", { class: "button", onclick: () => void this.ask() }, t("app.retry")) : "",
    );
  }
}
