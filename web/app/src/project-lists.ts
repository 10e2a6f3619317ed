// Lists of projects as they are needed: a branch when it is opened, page by page,
// all of a selection when it is small. What was read is kept until something changes.
import * as api from "./api";
import type { Connection } from "./connection";
import type { Data } from "./data";
import type { Project } from "./types";

/** Projects of one question, as far as they were read. */
export interface Part {
  items: Project[];
  total: number;
  loading: boolean;
  error: string;
}

const pageSize = 100;
const keptParts = 60;

export class ProjectLists {
  private readonly parts = new Map<string, Part>();
  private age = 0;

  constructor(
    private readonly data: Data,
    private readonly connection: Connection,
    private readonly arrived: () => void,
  ) {}

  /** What is there of a question; it is asked when nothing is. */
  get(query: api.Query, limit = pageSize): Part {
    const key = api.address("", query);
    const found = this.parts.get(key);
    if (this.age !== this.data.age) {
      this.age = this.data.age;
      const old = found; // shown until the new ones are there
      this.parts.clear();
      if (old) return this.ask(key, query, limit, old.items);
    }
    return this.parts.get(key) ?? this.ask(key, query, limit, []);
  }

  /** Reads the next page of a question. */
  more(query: api.Query): void {
    const key = api.address("", query);
    const part = this.parts.get(key);
    if (part && !part.loading) void this.read(part, query, part.items.length, pageSize);
  }

  private ask(key: string, query: api.Query, limit: number, meanwhile: Project[]): Part {
    const part: Part = { items: meanwhile, total: meanwhile.length, loading: true, error: "" };
    this.parts.set(key, part);
    for (const old of this.parts.keys()) {
      if (this.parts.size <= keptParts) break;
      this.parts.delete(old);
    }
    void this.read(part, query, 0, limit);
    return part;
  }

  private async read(part: Part, query: api.Query, offset: number, limit: number): Promise<void> {
    part.loading = true;
    try {
      const page = await api.projectPage({ ...query, groups: "above", offset: String(offset), limit });
      part.items = offset ? [...part.items, ...page.items] : page.items;
      part.total = page.total;
      part.error = "";
      this.data.note(page.items);
    } catch (err) {
      part.error = this.connection.words(err);
    }
    part.loading = false;
    this.arrived();
  }
}
