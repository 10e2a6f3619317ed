// What the page has loaded: the municipalities, and all projects of the chosen one.
import * as api from "./api";
import type { Connection } from "./connection";
import type { Store } from "./state";
import type { Municipality, Project, Theme } from "./types";

type Listener = () => void;

const remembered = "kraj.municipality";

export class Data {
  municipalities: Municipality[] = [];
  projects: Project[] = [];
  loading = true;
  error = "";
  private loadedFor = "";
  private request: AbortController | null = null;
  private readonly listeners: Listener[] = [];

  constructor(
    private readonly store: Store,
    private readonly connection: Connection,
  ) {
    store.subscribe((_, changed) => changed.has("municipality") && void this.loadProjects());
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
    this.loadedFor = "";
    await this.loadProjects();
  }

  /** Reads everything again while it stays on the screen; what cannot be read stays as it is. */
  async refresh(): Promise<void> {
    const chosen = this.current();
    try {
      const [municipalities, projects] = await Promise.all([api.municipalities(), chosen ? api.projects(chosen.slug) : null]);
      this.municipalities = municipalities.items;
      if (projects && chosen && this.loadedFor === chosen.slug && this.current()?.slug === chosen.slug) this.projects = projects.items;
    } catch (err) {
      this.connection.words(err);
      return;
    }
    this.emit();
  }

  /** The only municipality, or the one remembered from last time, unless the address names one. */
  private choose(): void {
    if (this.store.get().municipality) return;
    const last = this.find(recall());
    const one = this.municipalities.length === 1 ? this.municipalities[0] : last;
    if (one) this.store.set({ municipality: one.slug }, false);
  }

  private async loadProjects(): Promise<void> {
    const chosen = this.current();
    if (!chosen || chosen.slug === this.loadedFor) {
      this.loading = false;
      this.emit();
      return;
    }
    remember(chosen.slug);
    this.request?.abort();
    const request = (this.request = new AbortController());
    this.loading = true;
    this.error = "";
    this.emit();
    try {
      const { items } = await api.projects(chosen.slug, request.signal);
      this.projects = items;
      this.loadedFor = chosen.slug;
    } catch (err) {
      if (request.signal.aborted) return;
      this.error = this.connection.words(err);
    }
    this.loading = false;
    this.emit();
  }

  private emit(): void {
    for (const listener of this.listeners) listener();
  }
}

// Storage may be refused by the browser; then the page asks again next time.
function remember(slug: string): void {
  try {
    localStorage.setItem(remembered, slug);
  } catch {
    return;
  }
}

function recall(): string {
  try {
    return localStorage.getItem(remembered) ?? "";
  } catch {
    return "";
  }
}
