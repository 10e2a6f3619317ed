// What a layer is called: ours by the catalogue of texts, a planner's own by the name that he gave it.
import { pick, term } from "./i18n";
import type { Text } from "./types";

const own = new Map<string, Text>();

/** The layers that the style knows, with their titles. */
export function register(list: unknown): void {
  if (!Array.isArray(list)) return;
  for (const l of list as { id: string; title: Text; own: boolean }[]) if (l.own) own.set(l.id, l.title);
}

export const layerName = (id: string): string => pick(own.get(id)) || term("layer", id);

/** One feature of it: "Naselje". */
export const layerOne = (id: string): string => pick(own.get(id)) || term("layerOne", id);
