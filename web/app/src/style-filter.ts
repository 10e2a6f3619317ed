// Filters on the map. Tiles of projects come filtered from the server, from a
// source of their own: at low zooms a tile holds only the most important projects,
// so filtering what it holds would show too few. The ground stays as it is. Until
// the filtered tiles are there, what the loaded ones tell is applied at once.
import type { FilterSpecification, LayerSpecification, StyleSpecification, VectorSourceSpecification } from "maplibre-gl";
import { address } from "./api";
import { active, expression, filterQuery, told } from "./filters";
import type { State } from "./state";
import { dataLayer } from "./style";

type Layer = LayerSpecification;

/** The longest filter that the server takes for a tile. */
const longest = 980;

export const filteredSource = "kraj-filtered";
const projectLayers = ["projects", "projects_named"];

const drawsProjects = (layer: Layer) => projectLayers.includes(dataLayer(layer)) && !layer.id.startsWith("kraj-");

/** The template of filtered tiles beside that of all layers; null when the filter is too long for one. */
export function filteredTiles(template: string, state: State): string | null {
  const query = new URL(address("", { municipality: state.municipality, ...filterQuery(state) })).search.slice(1);
  if (query.length > longest) return null;
  const [path = "", others = ""] = template.split("?");
  const own = path.replace(/\/tiles\/[^/]+\//, `/tiles/${projectLayers.join(",")}/`);
  return own === path && !path.includes("/tiles/") ? null : `${own}?${others ? `${others}&` : ""}${query}`;
}

/** The style with its projects narrowed; `ready` says that the filtered tiles are there. */
export function narrowed(style: StyleSpecification, state: State, ready: boolean): StyleSpecification {
  if (!active(state)) return style;
  const name = style.layers.find(drawsProjects);
  const source = name && "source" in name && typeof name.source === "string" ? style.sources[name.source] : undefined;
  const template = source?.type === "vector" ? source.tiles?.[0] : undefined;
  const tiles = template ? filteredTiles(template, state) : null;
  if (!tiles) return { ...style, layers: style.layers.map((layer) => (drawsProjects(layer) ? atOnce(layer, layer.id, state) : layer)) };
  const layers = style.layers.flatMap((layer) => {
    if (!drawsProjects(layer)) return [layer];
    // A name of its own: tiles of the other source that were read before still answer to the old one when they are asked what is drawn.
    const exact = { ...layer, id: `${layer.id}@filtered`, source: filteredSource } as Layer;
    return ready || !told(state) ? [exact] : [atOnce(layer, `${layer.id}@before`, state), exact];
  });
  return { ...style, sources: { ...style.sources, [filteredSource]: { ...(source as VectorSourceSpecification), tiles: [tiles] } }, layers };
}

/** What the tiles that are there tell of the filter. */
function atOnce(layer: Layer, id: string, state: State): Layer {
  const told = expression(state);
  const own = "filter" in layer ? layer.filter : undefined;
  const filter = told && own ? (["all", own, told] as unknown as FilterSpecification) : (told ?? own);
  return { ...layer, id, ...(filter ? { filter } : {}) } as Layer;
}
