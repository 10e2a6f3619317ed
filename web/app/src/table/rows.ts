// The rows of the table: read in windows as they come into view, forgotten when
// they are far, so that a hundred thousand cost no more than a hundred.
import * as api from "../api";
import type { Connection } from "../connection";
import type { Data } from "../data";
import type { Project } from "../types";

const windowSize = 100;
const kept = 40;

export class Rows {
  total = 0;
  error = "";
  /** Whether the first answer is there. */
  ready = false;
  private query: api.Query = {};
  private key = "";
  private readonly windows = new Map<number, Project[]>();
  private readonly asked = new Map<number, AbortController>();

  constructor(
    private readonly data: Data,
    private readonly connection: Connection,
    private readonly arrived: () => void,
  ) {}

  /** Turns to another list; `again` reads the same one anew and keeps what is shown until then. Reports whether it is another. */
  use(query: api.Query, again = false): boolean {
    const key = api.address("", query);
    if (key === this.key && !again) return false;
    const other = key !== this.key;
    this.key = key;
    this.query = query;
    for (const request of this.asked.values()) request.abort();
    this.asked.clear();
    if (other) {
      this.windows.clear();
      this.ready = false;
    } else {
      this.stale = new Set(this.windows.keys());
    }
    return other;
  }

  private stale = new Set<number>();

  at(index: number): Project | undefined {
    return this.windows.get(Math.floor(index / windowSize))?.[index % windowSize];
  }

  /** Reads what is missing between two rows; what is asked and no longer in view is given up. */
  want(from: number, to: number): void {
    if (!this.key) return; // a table that has not been opened is laid out too
    const first = Math.max(0, Math.floor(from / windowSize));
    const last = Math.max(first, Math.floor(to / windowSize));
    for (const [n, request] of this.asked) {
      if (n >= first - 1 && n <= last + 1) continue;
      request.abort();
      this.asked.delete(n);
    }
    for (let n = first; n <= last; n++) {
      const there = this.windows.has(n) && !this.stale.has(n);
      if (!there && !this.asked.has(n) && (!this.ready || n * windowSize < this.total)) void this.read(n);
    }
  }

  private async read(n: number): Promise<void> {
    const request = new AbortController();
    this.asked.set(n, request);
    try {
      const page = await api.projectPage({ ...this.query, groups: "none", offset: String(n * windowSize), limit: windowSize }, request.signal);
      this.keep(n, page.items);
      this.total = page.total;
      this.ready = true;
      this.error = "";
    } catch (err) {
      if (request.signal.aborted) return;
      this.error = this.connection.words(err);
    }
    if (this.asked.get(n) === request) this.asked.delete(n);
    this.arrived();
  }

  private keep(n: number, items: Project[]): void {
    this.windows.delete(n);
    this.windows.set(n, items);
    this.stale.delete(n);
    this.data.note(items);
    for (const old of this.windows.keys()) {
      if (this.windows.size <= kept) break;
      this.windows.delete(old);
    }
  }

  /** Where a project is in the list; null when it is not in it. */
  async find(municipality: string, code: string): Promise<number | null> {
    for (const [n, items] of this.windows) {
      const at = items.findIndex((p) => p.code === code && p.municipality === municipality);
      if (at >= 0) return n * windowSize + at;
    }
    const key = this.key;
    try {
      const page = await api.projectPage({ ...this.query, groups: "none", around: `${municipality}:${code}`, limit: windowSize });
      if (key !== this.key) return null;
      if (page.position !== null) this.keep(Math.floor(page.offset / windowSize), page.items);
      return page.position;
    } catch (err) {
      this.connection.words(err);
      return null;
    }
  }
}
