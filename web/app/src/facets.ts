// How many projects there would be behind every value of every filter, as the
// server counts them; and what the filters in effect come to.
import * as api from "./api";
import type { Connection } from "./connection";
import type { Data } from "./data";
import { filterParts, filterQuery } from "./filters";
import type { FilterKey, State, Store } from "./state";
import type { FacetAnswer, FacetValue } from "./types";

type Listener = () => void;

/** Projects without a surveyed site, of the whole municipality. */
export interface Placeless {
  /** Placed by the words or by a planner's statement alone. */
  named: number;
  municipality: number;
  unplaced: number;
}

/** Theme and measure are one tree: each is counted without the other, so that a measure beside a chosen theme has its number. */
const inTree = ["theme", "measure"];
const others = ["status", "horizon", "strategic", "class", "scope", "settlement", "local_community", "holder", "source", "mechanism", "year"];

/** Up to how many projects it is counted for all who can pay for them; beyond, only when one asks. */
const payable = 5000;

export class Facets {
  /** What the filters select, and the counts of all but the tree; null until the first answer. */
  answer: FacetAnswer | null = null;
  error = "";
  private tree: FacetAnswer | null = null;
  private asked = "";
  private askedTree = "";
  private request: AbortController | null = null;
  private readonly listeners: Listener[] = [];

  constructor(
    private readonly store: Store,
    private readonly data: Data,
    private readonly connection: Connection,
  ) {
    const follows: (keyof State)[] = [...filterParts, "municipality", "scheme"];
    store.subscribe((_, changed) => follows.some((key) => changed.has(key)) && void this.update());
    data.subscribe(() => void this.update());
    connection.onBack(() => void this.update(true));
  }

  subscribe(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** The values of a filter with their counts; those that select nothing are left out unless they are chosen. */
  values(kind: FilterKey | "strategic"): FacetValue[] {
    const from = inTree.includes(kind) ? this.tree : this.answer;
    return from?.facets[kind]?.values ?? [];
  }

  private without: { of: string; n: Placeless | null } = { of: "", n: null };

  /** How many projects have no site, without any filter; null until they are counted. */
  placeless(): Placeless | null {
    const municipality = this.data.current()?.slug;
    const of = `${municipality}/${this.data.age}`;
    if (municipality && of !== this.without.of) void this.countPlaceless(municipality, of);
    return this.without.n;
  }

  private async countPlaceless(municipality: string, of: string): Promise<void> {
    this.without = { of, n: this.without.n };
    try {
      const [all, siteless] = await Promise.all([api.facets({ municipality, by: ["scope", "class"] }), api.facets({ municipality, scope: "sites", located: "false", by: "class" })]);
      const n = (answer: FacetAnswer, kind: string, key: string) => answer.facets[kind]?.values.find((v) => v.key === key)?.projects ?? 0;
      this.without = { of, n: { named: siteless.projects - n(siteless, "class", "unplaced"), municipality: n(all, "scope", "municipality"), unplaced: n(all, "class", "unplaced") } };
    } catch (err) {
      this.connection.words(err);
      return;
    }
    for (const listener of this.listeners) listener();
  }

  /** How many values there are, also those that are not listed. */
  total(kind: FilterKey): number {
    return this.answer?.facets[kind]?.total ?? 0;
  }

  /** Whether a filter's values were counted with the others. */
  counted(kind: FilterKey): boolean {
    return !this.answer || inTree.includes(kind) || kind in this.answer.facets;
  }

  count(kind: FilterKey | "strategic", key: string): number {
    return this.values(kind).find((v) => v.key === key)?.projects ?? 0;
  }

  /** All values of a filter that has more than are listed at first. */
  async all(kind: FilterKey, signal?: AbortSignal): Promise<FacetValue[]> {
    const state = this.store.get();
    const answer = await api.facets({ municipality: state.municipality, ...filterQuery(state), by: kind, limit: 10_000 }, signal);
    return answer.facets[kind]?.values ?? [];
  }

  /** Counts anew when what it depends on has changed, or when told to. */
  async update(again = false): Promise<void> {
    const state = this.store.get();
    const chosen = this.data.current();
    if (!chosen) return;
    const by = chosen.projects > payable ? others : [...others, "eligible"];
    const query = { municipality: chosen.slug, ...filterQuery(state), by };
    const trunk = { municipality: chosen.slug, ...filterQuery({ ...state, theme: [], measure: [] }), by: inTree };
    const key = api.address("", query);
    const treeKey = api.address("", trunk);
    if (key === this.asked && treeKey === this.askedTree && !again) return;
    const newTree = again || treeKey !== this.askedTree;
    this.asked = key;
    this.askedTree = treeKey;
    this.request?.abort();
    const request = (this.request = new AbortController());
    try {
      const [answer, tree] = await Promise.all([api.facets(query, request.signal), newTree || !this.tree ? api.facets(trunk, request.signal) : this.tree]);
      if (request.signal.aborted) return;
      this.answer = answer;
      this.tree = tree;
      this.error = "";
    } catch (err) {
      if (request.signal.aborted) return;
      this.asked = this.askedTree = "";
      this.error = this.connection.words(err);
    }
    for (const listener of this.listeners) listener();
  }
}
