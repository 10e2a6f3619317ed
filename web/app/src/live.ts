// What changes in the database while one looks: the server streams it, the parts that show it fetch just that again.
import { address } from "./api";
import type { BBox } from "./types";

/** Where a layer, or a table without geometry, changed. */
export interface LayerChange {
  layer: string;
  everywhere: boolean;
  bounds: BBox[];
}

/** What a moment brought; null where everything may have changed. */
export type Change = LayerChange[] | null;

/** Also the revisions that it came from; none where everything may have changed. */
type Listener = (change: Change, revisions: number[]) => void;

/** How long news are gathered, so that a writer of many rows is one change for the page. */
const gather = 250;

export class Live {
  private readonly listeners: Listener[] = [];
  private pending: LayerChange[] = [];
  private revisions: number[] = [];
  private readonly watchers: (() => void)[] = [];
  /** The reader has stopped what changes by itself; what comes meanwhile waits. */
  paused = false;
  private reset = false;
  private timer = 0;
  private readonly seen = new Set<number>();
  private source: EventSource | null = null;

  subscribe(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Called when something waits, or the reader stops or goes on. */
  watch(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  /** How many revisions wait; with a reset nobody knows, so at least one. */
  get waiting(): number {
    return this.paused ? Math.max(this.revisions.length, this.reset || this.pending.length ? 1 : 0) : 0;
  }

  /** Stops what changes by itself, or shows at once what has come and goes on. */
  pause(stop: boolean): void {
    this.paused = stop;
    if (!stop && (this.pending.length || this.reset)) this.tell();
    for (const watcher of this.watchers) watcher();
  }

  /** Opens the stream. The browser keeps it open and resumes it with the last event's id. */
  start(): void {
    const source = (this.source = new EventSource(address("api/v1/changes")));
    source.addEventListener("change", (e) => this.add(e as MessageEvent<string>));
    source.addEventListener("reset", () => {
      this.reset = true;
      this.soon();
    });
    // After a refusal (503 and the like) the browser gives up; the page does not.
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED && this.source === source) {
        this.source = null;
        setTimeout(() => {
          if (this.source) return;
          this.reset = true;
          this.start();
          this.soon();
        }, 5000 + Math.random() * 5000);
      }
    });
  }

  private add(e: MessageEvent<string>): void {
    const { revision, changes } = JSON.parse(e.data) as { revision: number; changes: LayerChange[] };
    if (revision && this.seen.has(revision)) return;
    if (this.seen.size > 500) this.seen.clear();
    this.seen.add(revision);
    this.pending.push(...changes);
    if (revision) this.revisions.push(revision);
    this.soon();
  }

  private soon(): void {
    if (!this.timer) this.timer = window.setTimeout(() => this.tell(), gather);
  }

  private tell(): void {
    this.timer = 0;
    if (this.paused) {
      for (const watcher of this.watchers) watcher();
      return;
    }
    const change = this.reset ? null : this.pending;
    const revisions = this.reset ? [] : this.revisions;
    this.pending = [];
    this.revisions = [];
    this.reset = false;
    for (const listener of this.listeners) listener(change, revisions);
  }
}
