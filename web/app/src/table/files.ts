// Files of exactly the rows that the table shows.
import { address, type Query } from "../api";
import type { Column } from "./columns";

export const fileFormats = ["xlsx", "csv", "geojson", "gpkg"] as const;
export type FileFormat = (typeof fileFormats)[number];

/** The address of a file: the same filters and order, the columns shown or all there are. */
export function fileAddress(format: FileFormat, query: Query, columns: Column[] | null, lang: string): string {
  return address(`api/v1/projects.${format}`, { ...query, groups: "none", columns: columns?.flatMap((c) => c.file) ?? null, lang });
}
