// Parts of the page that the first view does not need: each is fetched when it is first used.
// esbuild makes a file of its own of whatever is only named in an import().
import type { App } from "./app";

export class Lazy<T> {
  /** The part, once it is here. */
  part: T | null = null;
  private coming: Promise<T> | null = null;

  constructor(
    private readonly app: App,
    private readonly fetch: () => Promise<T>,
  ) {}

  /** The part; asked for once. Where the server is away the page says so, and the next call asks again. */
  async need(): Promise<T | null> {
    this.coming ??= this.fetch();
    try {
      this.part = await this.coming;
    } catch {
      this.coming = null;
      void this.app.connection.suspect();
    }
    return this.part;
  }
}
