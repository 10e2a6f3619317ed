// What the page has loaded: the municipalities, and the projects that lists have
// come by. Never all of them: a country has a hundred thousand.
import * as api from "./api";
import type { Connection } from "./connection";
import type { Store } from "./state";
import type { Municipality, Project, Theme } from "./types";

type Listener = () => void;


/** How many projects are remembered, the last seen ones. */
const enough = 4000;

export class Data {
  municipalities: Municipality[] = [];
  loading = true;
  error = "";
  private readonly seen = new Map<string, Project>();
  private readonly listeners: Listener[] = [];

  constructor(
    private readonly store: Store,
    private readonly connection: Connection,
  ) {
    store.subscribe((_, changed) => {
      if (!changed.has("municipality")) return;
      const chosen = this.current();
      if (chosen) remember("municipality", chosen.slug);
      this.emit();
    });
    connection.onBack(() => void this.load());
  }

  subscribe(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** The chosen municipality, or undefined while none is chosen or it is not in the database. */
  current(): Municipality | undefined {
    return this.find(this.store.get().municipality);
  }

  find(slugOrCode: string): Municipality | undefined {
    return this.municipalities.find((m) => m.slug === slugOrCode || m.code === slugOrCode);
  }

  theme(municipality: string, code: string | null | undefined): Theme | undefined {
    return this.find(municipality)?.themes.find((t) => t.code === code);
  }

  /** A project that some list has come by. */
  known(municipality: string, code: string): Project | undefined {
    return this.seen.get(`${municipality}:${code}`);
  }

  /** The projects that lists have come by, of the chosen municipality. */
  get projects(): Project[] {
    const { municipality } = this.store.get();
    return [...this.seen.values()].filter((p) => p.municipality === municipality);
  }

  /** Remembers what a list has brought. */
  note(projects: Project[]): void {
    for (const p of projects) {
      const key = `${p.municipality}:${p.code}`;
      this.seen.delete(key);
      this.seen.set(key, p);
    }
    for (const key of this.seen.keys()) {
      if (this.seen.size <= enough) break;
      this.seen.delete(key);
    }
  }

  async load(): Promise<void> {
    this.loading = true;
    this.error = "";
    try {
      this.municipalities = (await api.municipalities()).items;
    } catch (err) {
      this.error = this.connection.words(err);
      this.loading = false;
      this.emit();
      return;
    }
    this.choose();
    const chosen = this.current();
    if (chosen) remember("municipality", chosen.slug);
    this.loading = false;
    this.emit();
  }

  /** Counts the times that everything was read again: what was listed before may have changed. */
  age = 0;

  /** Reads everything again while it stays on the screen; what cannot be read stays as it is. */
  async refresh(): Promise<void> {
    try {
      this.municipalities = (await api.municipalities()).items;
    } catch (err) {
      this.connection.words(err);
      return;
    }
    this.age++;
    this.emit();
  }

  /** The only municipality, or the one remembered from last time, unless the address names one. */
  private choose(): void {
    if (this.store.get().municipality) return;
    const last = this.find(recall("municipality"));
    const one = this.municipalities.length === 1 ? this.municipalities[0] : last;
    if (one) this.store.set({ municipality: one.slug }, false);
  }

  private emit(): void {
    for (const listener of this.listeners) listener();
  }
}

// Storage may be refused by the browser; then the page asks again next time.
export function remember(what: "municipality" | "language", value: string): void {
  try {
    localStorage.setItem(`kraj.${what}`, value);
  } catch {
    return;
  }
}

export function recall(what: "municipality" | "language"): string {
  try {
    return localStorage.getItem(`kraj.${what}`) ?? "";
  } catch {
    return "";
  }
}
