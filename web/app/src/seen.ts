// Which kinds of places have been on the map: the legend shows those.
import { kindsOf } from "./classes";
import { evaluate, type Sample } from "./evaluate";

const everything = { classes: [], statuses: new Set<string>(), themes: [], geometry: () => "" };

/** Notes the kind of a feature, and for what has no kinds its geometry. */
export function note(seen: Set<string>, layer: string, type: string, properties: Record<string, unknown>): void {
  const geometry = type.replace("Multi", "") as Sample["geometry"];
  seen.add(`${layer}.${geometry}`);
  for (const kind of kindsOf(layer, everything).flatMap((g) => g.kinds)) {
    if (kind.key && kind.example.geometry === geometry && evaluate(kind.which, { geometry, properties, zoom: 13 })) seen.add(`${layer}.${kind.key}`);
  }
}
