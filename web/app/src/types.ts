// The JSON of /api/v1, as the page reads it. null means: no data.
import type { Geometry } from "geojson";

export type Lang = "sl" | "en";
export type Text = { sl: string; en: string };
export type BBox = [west: number, south: number, east: number, north: number];

export interface List<T> {
  items: T[];
  total?: number;
  next?: string | null;
}

export interface Measure {
  code: string;
  name: Text;
}

export interface Theme {
  code: string;
  name: Text;
  kind: string;
  color: string | null;
  measures: Measure[];
}

export interface Scheme {
  code: string;
  name: Text;
  classes: string[];
}

export interface Municipality {
  code: string;
  slug: string;
  name: string;
  projects: number;
  settlements: number;
  population: number | null;
  approximate?: boolean;
  bbox: BBox | null;
  has_amounts: boolean;
  schemes: Scheme[];
  themes: Theme[];
}

export interface PlaceRef {
  layer: string;
  code: string;
  name: string;
}

export interface Project {
  id: number;
  municipality: string;
  code: string;
  source_code: string | null;
  title: string;
  title_en?: string | null;
  theme: string | null;
  measure: string | null;
  status: string;
  horizon: string | null;
  strategic: boolean;
  is_group: boolean;
  parent: string | number | null;
  depth: number;
  scope: string;
  holder: string | null;
  responsible?: string | null;
  amount_cents: number | null;
  money?: { source: string; amount_cents: number | null }[] | null;
  department?: string | null;
  starts?: string | null;
  ends?: string | null;
  located: boolean;
  approximate?: boolean | null;
  bbox: BBox | null;
  places: PlaceRef[] | null;
}

/** A value of a filter, and how many projects there would be with it. */
export interface FacetValue {
  key: string;
  name?: Text;
  parent?: string;
  projects: number;
}

export interface FacetAnswer {
  municipality: string;
  projects: number;
  amount_cents: number | null;
  without_amount: number;
  all_projects: number;
  least_cents: number | null;
  most_cents: number | null;
  facets: Record<string, { total: number; values: FacetValue[] }>;
}

/** A list in an order of its own, from an offset on. */
export interface ProjectPage extends List<Project> {
  total: number;
  offset: number;
  position: number | null;
}

export interface Funding {
  year: number | null;
  source: string | null;
  mechanism: string | null;
  amount_cents: number | null;
  kind: string | null;
  text: string | null;
  qualifier: string | null;
  period: string | null;
}

/** What one territory list of a funding mechanism says of a project. */
export interface Eligible {
  mechanism: string;
  name: Text;
  state: string;
  cause: string | null;
  reason: Text;
  inside_share: number | null;
  conditional_share: number | null;
  outside_share: number | null;
  unknown_share: number | null;
  list: string | null;
  fund: string | null;
  period_from: number | null;
  period_to: number | null;
  source: string | null;
  source_ref: string | null;
  source_url: string | null;
}

export interface Eligibility {
  items: Eligible[];
  warnings: { mechanism: string; year: number | null; kind: string; reason: Text }[];
}

/** The nearest place of a layer; of a line also how far its end is. */
export interface Nearest extends PlaceRef {
  municipality: string | null;
  distance_m: number | null;
  end_distance_m: number | null;
  ends_short: boolean | null;
}

export interface Tie extends PlaceRef {
  relation: string;
  measure: number | null;
  unit: string | null;
  share: number | null;
  reason: Text | null;
}

export interface ProjectDetail extends Project {
  description: string | null;
  participants: string[] | null;
  plan_state?: string | null;
  department: string | null;
  source: string | null;
  source_ref: string | null;
  cost_cents: number | null;
  cost_text: string | null;
  funding: Funding[] | null;
  eligibility?: Eligibility | null;
  phases: { kind: string; name: string | null; starts: string | null; ends: string | null; note: string | null }[] | null;
  links: { url: string; title: string | null }[] | null;
  ties: Tie[] | null;
  proposed_ties?: Tie[] | null;
  nearest?: Nearest[] | null;
  money?: { source: string; amount_cents: number | null }[] | null;
  below?: { total: number; with_amount: number; without_amount: number; amount_cents: number | null } | null;
  geometry?: Geometry | null;
  children: { code: string; title: string; status: string }[] | null;
  ancestors: { code: string; title: string }[] | null;
  attributes: Record<string, unknown> | null;
}

export interface PlaceProject {
  municipality?: string;
  code: string;
  title: string;
  status: string;
  theme: string | null;
  amount_cents: number | null;
  relation: string;
  share: number | null;
}

export interface PlaceDetail {
  layer: string;
  layer_title?: Text;
  code: string;
  name: string;
  name_alt: string | null;
  municipality: string | null;
  municipality_name?: string | null;
  properties: Record<string, unknown> | null;
  class: { class: string; scheme: string } | null;
  population: { value: number | null; set: string | null; name?: Text; source: string | null; date: string | null } | null;
  area_m2?: number | null;
  length_m?: number | null;
  approximate: boolean | null;
  source: string | null;
  source_date: string | null;
  licence: string | null;
  bbox: BBox | null;
  centroid: [number, number] | null;
  overlaps: (PlaceRef & { municipality?: string | null; measure: number | null; unit: string | null })[] | null;
  projects: {
    total: number;
    items: PlaceProject[];
    near?: number;
    with_amount?: number;
    without_amount?: number;
    without_share?: number;
    amount_cents?: number | null;
    sources?: { source: string; amount_cents: number | null }[];
    statuses?: { status: string; projects: number }[];
  } | null;
  classes?: { class: string; scheme: string; name: Text }[] | null;
  nearest?: Nearest[] | null;
}

export interface At {
  point: [number, number];
  municipality: { slug: string; code: string; name: string } | null;
  settlement: { code: string; name: string; class: string | null; municipality?: string | null; projects?: { total: number } | null } | null;
  places: (PlaceRef & { id: number; class?: string | null; distance_m: number | null; municipality?: string | null; projects?: { total: number } | null })[];
  projects: { municipality: string; code: string; title: string; status: string; theme: string | null; amount_cents: number | null; distance_m: number | null }[];
}

export interface Hit {
  kind: string;
  layer: string | null;
  municipality: string | null;
  code: string;
  name: string;
  context: Text | null;
  place: PlaceRef | null;
  theme: string | null;
  status: string | null;
  strategic: boolean | null;
  projects: number | null;
  match: { field: "code" | "name"; text: string; how: "same" | "begins" | "word" | "contains" | "inflected" | "alike" };
  bbox: BBox | null;
  score: number;
}

export interface Hits {
  total: number;
  kinds: { kind: string; count: number }[];
  items: Hit[];
}

/** How a balance was divided; its words can be asked again. */
export interface BalanceRule {
  scheme: string;
  method: string;
  spread: string;
}

/** The least and the most that a share becomes over all rules, and which rule gives it. */
export interface BalanceRange {
  min: number;
  max: number;
  min_by: BalanceRule;
  max_by: BalanceRule;
}

export interface BalanceSensitivity {
  rural_share: BalanceRange | null;
  rural_share_projects: BalanceRange | null;
}

export interface BalancePopulation {
  set: string | null;
  total: number | null;
  unknown?: number;
  source: string | null;
  date: string | null;
}

export interface BalanceRow {
  class: string;
  projects: number;
  weight: number | null;
  weight_share: number | null;
  amount_cents: number | null;
  share: number | null;
  people_share: number | null;
  people?: number | null;
  per_head_cents: number | null;
  location_quotient: number | null;
  gap_cents: number | null;
}

export interface BalanceGroup {
  key: string | null;
  name: Text | null;
  projects: number;
  amount_cents: number | null;
  without_amount: number;
  weight: number;
  /** Of a settlement, in a balance by settlement. */
  people?: number;
  rows: BalanceRow[];
  sensitivity: BalanceSensitivity | null;
}

export interface Balance {
  municipality: string;
  by: string;
  scheme: string;
  method: string;
  spread: string;
  money: string;
  currency: string;
  population: BalancePopulation | null;
  population_by_settlement?: BalancePopulation;
  groups: BalanceGroup[];
  total: BalanceGroup;
  indicators: Record<string, number | null> | null;
  indicators_projects?: Record<string, number | null> | null;
  summary: Text | null;
}

export interface Gap {
  name: string;
  title: Text;
  about: Text;
  gaps: number | null;
  unknown: number | null;
}

/** Something that is missing, or contradicts itself. */
export interface GapRow extends PlaceRef {
  municipality: string;
  state: "gap" | "unknown";
  people: number | null;
  reason: Text;
  bbox: BBox | null;
  geometry: Geometry | null;
}

/** Something that a revision made, changed or removed; without code and name where it is no longer public. */
export interface ToldItem {
  layer: string;
  municipality: string | null;
  code: string | null;
  name: string | null;
  name_en: string | null;
  what: "new" | "changed" | "gone";
  parts: string[];
  fields: string[];
  /** What they were and became; for planners only. */
  values: { field: string; before: string | null; after: string | null }[] | null;
}

/** What one revision did, as the reader may know it. */
export interface Told {
  revision: number;
  at: string;
  kind: "edit" | "import" | "revert" | "demo";
  actor: string | null;
  source: string | null;
  message: string | null;
  reverts: number[];
  counts: { relation: string; new: number; changed: number; gone: number }[];
  total: number;
  items: ToldItem[];
  areas: { layer: string; bbox: BBox }[];
}

export interface BalanceProject {
  code: string;
  title: string;
  share: number | null;
  amount_cents: number | null;
  reason: Text | null;
  status?: string;
  theme?: string | null;
}
