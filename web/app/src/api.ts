// The page's only way to the server. Addresses are relative to the page, so it
// works under any path; errors carry words, and tell a server that is away from
// one that refuses.
import { joined } from "./state";
import type { At, Balance, BalanceProject, FacetAnswer, Gap, GapRow, Hits, List, Municipality, PlaceDetail, ProjectDetail, ProjectPage, Told } from "./types";

export class ApiError extends Error {
  constructor(
    readonly away: boolean,
    readonly status: number,
    readonly detail: string,
  ) {
    super(detail);
  }
}

export type Query = Record<string, string | number | boolean | string[] | null | undefined>;

/** The page of one record lies deeper than the map; it says where the root is. Tests have no document. */
const base = (): URL => (typeof document === "undefined" ? new URL("http://localhost/") : new URL(document.documentElement.dataset.root ?? ".", document.baseURI));
const gatewayDown = new Set([502, 503, 504]);

/** An address of the server, absolute, for a path relative to the page. */
export function address(path: string, query: Query = {}): string {
  const url = new URL(path, base());
  for (const [name, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? joined(value) : value;
    if (text !== null && text !== undefined && text !== "" && text !== false) url.searchParams.set(name, String(text));
  }
  return url.href;
}

/** Reads JSON; throws ApiError, or the AbortError of the signal. */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address(path, query), { signal: signal ?? null, headers: { Accept: "application/json" } });
  } catch (err) {
    if (signal?.aborted) throw err;
    throw new ApiError(true, 0, "");
  }
  if (!response.ok) throw await problem(response);
  return (await response.json()) as T;
}

/** The words of an RFC 9457 answer. */
async function problem(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as { title?: string; detail?: string } | null;
  const words = [body?.title, body?.detail].filter(Boolean).join(": ");
  return new ApiError(gatewayDown.has(response.status), response.status, words);
}

const segment = encodeURIComponent;

export const municipalities = (signal?: AbortSignal) => get<List<Municipality>>("api/v1/municipalities", { limit: 1000 }, signal);

export const project = (municipality: string, code: string, signal?: AbortSignal) =>
  get<ProjectDetail>(`api/v1/projects/${segment(municipality)}/${segment(code)}`, {}, signal);

export const place = (layer: string, municipality: string, code: string, signal?: AbortSignal) =>
  get<PlaceDetail>(`api/v1/places/${segment(layer)}/${segment(municipality)}/${segment(code)}`, {}, signal);

export const at = (lon: number, lat: number, radius: number, signal?: AbortSignal) =>
  get<At>("api/v1/at", { lon: lon.toFixed(6), lat: lat.toFixed(6), radius: Math.ceil(radius) }, signal);

export const search = (q: string, municipality: string, signal?: AbortSignal) =>
  get<Hits>("api/v1/search", { q, municipality, limit: 24, each: 5 }, signal);

export const balance = (query: Query, signal?: AbortSignal) => get<Balance>("api/v1/balance", query, signal);

export const balanceProjects = (query: Query, signal?: AbortSignal) =>
  get<List<BalanceProject>>("api/v1/balance/projects", query, signal);

export const gaps = (municipality: string, signal?: AbortSignal) => get<List<Gap>>("api/v1/gaps", { municipality }, signal);

export const gapRows = (name: string, municipality: string, signal?: AbortSignal) =>
  get<List<GapRow>>(`api/v1/gaps/${segment(name)}`, { municipality, limit: 200 }, signal);

/** What the last revisions did; `more` is the next link of the page before. */
export const history = (query: Query, more: string | null = null, signal?: AbortSignal) =>
  get<List<Told>>("api/v1/history", more ? Object.fromEntries(new URL(more, address("api/v1/history")).searchParams) : query, signal);

/** A part of a list of projects in an order; `around` finds the part that has a project. */
export const projectPage = (query: Query, signal?: AbortSignal) => get<ProjectPage>("api/v1/projects", { offset: "0", ...query }, signal);

export const facets = (query: Query, signal?: AbortSignal) => get<FacetAnswer>("api/v1/facets", query, signal);

/** Whether the server answers and its database does. */
export async function ready(): Promise<boolean> {
  try {
    return (await fetch(address("readyz"), { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
