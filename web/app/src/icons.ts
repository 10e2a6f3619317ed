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
  locate: "M10 5.8a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 0 1 0-8.4zM10 2.5v3M10 14.5v3M2.5 10h3M14.5 10h3M10 9.4a.6.6 0 1 1 0 1.2a.6.6 0 0 1 0-1.2z",
  full: "M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4",
  ruler: "M3 12.8L12.8 3L17 7.2L7.2 17zM6 9.8l1.6 1.6M8.2 7.6l2.4 2.4M10.6 5.2l1.6 1.6",
  crosshair: "M10 2.5V17.5M2.5 10H17.5M10 6.4a3.6 3.6 0 1 1 0 7.2a3.6 3.6 0 0 1 0-7.2z",
  list: "M4 5.5h.4M4 10h.4M4 14.5h.4M7.5 5.5H16.5M7.5 10H16.5M7.5 14.5H16.5",
  basemap: "M10 3.5L17 7.2L10 11L3 7.2zM3.4 10.4L10 14L16.6 10.4M3.4 13.4L10 17L16.6 13.4",
  print: "M6 7V3h8v4M6 14H3.5V7h13v7H14M6 11.8h8V17H6z",
  tools: "M4 6h12M4 10h12M4 14h12",
  copy: "M7.5 7.5h9v9h-9zM4.5 12.5h-1v-9h9v1",
  undo: "M7 4L3.5 7.5L7 11M3.5 7.5H12a4.2 4.2 0 0 1 0 8.4H8",
  info: "M10 3a7 7 0 1 1 0 14a7 7 0 0 1 0-14zM10 9.2V13.5M10 6.4V6.8",
  pause: "M7 4.5V15.5M13 4.5V15.5",
  play: "M6.5 4L15.5 10L6.5 16z",
  up: "M10 16V4.5M5 9l5-5l5 5",
  down: "M10 4V15.5M5 11l5 5l5-5",
  grip: "M7.5 5v.01M12.5 5v.01M7.5 10v.01M12.5 10v.01M7.5 15v.01M12.5 15v.01",
  stack: "M10 3.5L17 7.5L10 11.5L3 7.5zM4 11l6 3.5L16 11M4 14l6 3.5L16 14",
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName): SVGSVGElement {
  return s(
    "svg",
    { class: `icon icon-${name}`, viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" },
    s("path", { d: paths[name] }),
  );
}
