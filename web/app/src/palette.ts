// Colours of the map and the page in one place. Theme colours are chosen so that
// any two of the six stay apart for the colour-blind and all are legible on every
// ground (test/palette.test.ts); the database stores the light ones per theme.

export type Mode = "light" | "dark";
export type PlaceClass = "urban" | "suburban" | "rural" | "unclassified";

/** Six themes and three ink tones, as stored in the database, with their twins for the dark ground. */
export const themeColors: Record<string, Record<Mode, string>> = {
  TP1: { light: "#276be6", dark: "#3878fe" },
  TP2: { light: "#06827c", dark: "#2be9da" },
  TP3: { light: "#1a5307", dark: "#bdea3c" },
  TP4: { light: "#bc6102", dark: "#e67c14" },
  TP5: { light: "#76008c", dark: "#e04aa8" },
  TP6: { light: "#be0945", dark: "#ec4a62" },
  H1: { light: "#15181a", dark: "#f1eee8" },
  H2: { light: "#4a5058", dark: "#b9b4ab" },
  H3: { light: "#7a706a", dark: "#8d98a3" },
};

export const noTheme: Record<Mode, string> = { light: "#5f6368", dark: "#a3a7ab" };

export interface Ground {
  outside: string;
  paper: string;
  urban: string;
  suburban: string;
  rural: string;
  unclassified: string;
}

export const ground: Record<Mode, Ground> = {
  light: { outside: "#ece9e1", paper: "#f6f3ec", urban: "#d3dce3", suburban: "#dfe3df", rural: "#e7e9d6", unclassified: "#efece4" },
  dark: { outside: "#111315", paper: "#171a1c", urban: "#2a333b", suburban: "#292e2f", rural: "#262a20", unclassified: "#1f2223" },
};

/** The ground's own colours, deepened until bars and their labels read on the page (white or dark ink on them). */
export const classColors: Record<Mode, Record<PlaceClass, string>> = {
  light: { urban: "#415f78", suburban: "#66756f", rural: "#66702f", unclassified: "#8f8a80" },
  dark: { urban: "#8fb0c9", suburban: "#a7b5ae", rural: "#bcc57c", unclassified: "#a8a399" },
};

export interface Lines {
  zone: string;
  degraded: string;
  agglomeration: string;
  unequipped: string;
  cycling: string;
  municipality: string;
  settlement: string;
  community: string;
  casing: string;
  ink: string;
  grey: string;
  selection: string;
  changed: string;
}

export const lines: Record<Mode, Lines> = {
  light: {
    zone: "#6b5b8c", degraded: "#c4571b", agglomeration: "#1f6fa8", unequipped: "#b3261e", cycling: "#2e7d4f",
    municipality: "#8f8b7e", settlement: "#fffefb", community: "#8a7f66", casing: "#fffefb", ink: "#23292d", grey: "#6f7173", selection: "#14171a", changed: "#8a5a00",
  },
  dark: {
    zone: "#a594c9", degraded: "#e8803f", agglomeration: "#69b3e4", unequipped: "#ff8a80", cycling: "#5cbf85",
    municipality: "#6f7069", settlement: "#0e1011", community: "#9a917c", casing: "#171a1c", ink: "#e7e4dc", grey: "#9a9c9e", selection: "#fffdf5", changed: "#f2c14e",
  },
};

/** Whose money: told apart by their order and words as well. */
export const moneyColors: Record<Mode, Record<string, string>> = {
  light: { own: "#2a4d63", eu: "#4a86c5", state: "#8a6d1f", private: "#86558f", other: "#5f6b66" },
  dark: { own: "#a8c8dd", eu: "#5f9be0", state: "#d3b45c", private: "#c08fcb", other: "#93a39c" },
};

const twins = new Map(Object.values(themeColors).map((c) => [c.light, c.dark]));

/** The colour to draw for one that the database stores: as it is on light, its twin or a lightened one on dark. */
export function shown(color: string | null | undefined, mode: Mode): string {
  if (!color || !/^#[0-9a-f]{6}$/i.test(color)) return noTheme[mode];
  const light = color.toLowerCase();
  return mode === "light" ? light : (twins.get(light) ?? lightened(light));
}

/** Mixes with white until the relative luminance allows 3:1 on every dark ground. */
function lightened(color: string): string {
  const rgb = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  for (let k = 0; k <= 1; k += 0.05) {
    const mixed = rgb.map((c) => Math.round(c + (255 - c) * k));
    if (luminance(mixed) >= 0.22) return "#" + mixed.map((c) => c.toString(16).padStart(2, "0")).join("");
  }
  return "#ffffff";
}

function luminance(rgb: number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
