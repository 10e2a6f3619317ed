// The few icons of the page, drawn on one 20 px grid with one line width.
import { s } from "./dom";

const paths = {
  search: "M8.5 3.5a5 5 0 1 1 0 10a5 5 0 0 1 0-10zM12.2 12.2L17 17",
  close: "M5 5L15 15M15 5L5 15",
  plus: "M10 4V16M4 10H16",
  minus: "M4 10H16",
  home: "M3.5 9.5L10 4l6.5 5.5M5.5 8.5V16h9V8.5",
  chevron: "M7 4.5L12.5 10L7 15.5",
  back: "M12.5 4.5L7 10l5.5 5.5",
  sun: "M10 6.8a3.2 3.2 0 1 1 0 6.4a3.2 3.2 0 0 1 0-6.4zM10 2v2M10 16v2M2 10h2M16 10h2M4.4 4.4l1.4 1.4M14.2 14.2l1.4 1.4M4.4 15.6l1.4-1.4M14.2 5.8l1.4-1.4",
  moon: "M16 11.8A6.6 6.6 0 0 1 8.2 4A6.6 6.6 0 1 0 16 11.8z",
  place: "M10 17.5C6.8 13.6 5 10.9 5 8.4a5 5 0 0 1 10 0c0 2.5-1.8 5.2-5 9.1zM10 6.7a1.8 1.8 0 1 1 0 3.6a1.8 1.8 0 0 1 0-3.6z",
  measure: "M4 5.5H16M4 10H16M4 14.5H11",
  target: "M10 5.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9zM10 2v4M10 14v4M2 10h4M14 10h4",
  link: "M8.5 11.5L11.5 8.5M9 6.5l2-2a3.2 3.2 0 0 1 4.5 4.5l-2 2M11 13.5l-2 2A3.2 3.2 0 0 1 4.5 11l2-2",
  panel: "M3 4H17V16H3zM8 4V16",
  legend: "M3.5 5h3v3h-3zM3.5 12h3v3h-3zM9.5 6.5H17M9.5 13.5H17",
  info: "M10 3a7 7 0 1 1 0 14a7 7 0 0 1 0-14zM10 9.2V13.5M10 6.4V6.8",
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName): SVGSVGElement {
  return s(
    "svg",
    { class: `icon icon-${name}`, viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" },
    s("path", { d: paths[name] }),
  );
}
