// The whole screen for the page, as on a projector.

export class FullScreen {
  /** A phone's browser may not offer it. */
  readonly possible = document.fullscreenEnabled;

  constructor(changed: () => void) {
    document.addEventListener("fullscreenchange", changed);
  }

  get on(): boolean {
    return document.fullscreenElement !== null;
  }

  async toggle(): Promise<void> {
    // Refused, the page stays as it is: there is nothing to repair and nothing lost.
    await (this.on ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => undefined);
  }
}
