// Numbers, money, dates and names as the reader's language writes them.
import type { Lang } from "./types";

/** No-break space: before %, € and units, so that a figure never parts from its unit. */
export const nbsp = "\u00a0";

const locale: Record<Lang, string> = { sl: "sl-SI", en: "en-GB" };

const solid = (s: string) => s.replace(/[ \u202f]/g, nbsp);

export function number(n: number, lang: Lang, digits = 0, min = 0): string {
  return solid(new Intl.NumberFormat(locale[lang], { maximumFractionDigits: digits, minimumFractionDigits: min, useGrouping: true }).format(n)).replace("-", "−");
}

/** A share 0…1 as per cent: 74,7 % in Slovene, 74.7% in English. */
export function percent(share: number, lang: Lang, digits = 0, min = 0): string {
  const n = number(share * 100, lang, digits, min);
  return lang === "sl" ? `${n}${nbsp}%` : `${n}%`;
}

/** Cents in full: 1.234.567,89 € · €1,234,567.89; whole euros without the decimals when asked. */
export function money(cents: number, lang: Lang, whole = false): string {
  const n = number(Math.abs(cents) / 100, lang, whole ? 0 : 2, whole ? 0 : 2);
  const sign = cents < 0 ? "−" : "";
  return lang === "sl" ? `${sign}${n}${nbsp}€` : `${sign}€${n}`;
}

/** Cents short, for charts: 3,1 mio € · €3.1 m; below a million in whole euros. */
export function moneyShort(cents: number, lang: Lang): string {
  if (Math.abs(cents) < 100_000_000) return money(cents, lang, true);
  const n = number(Math.abs(cents) / 100_000_000, lang, 1);
  const sign = cents < 0 ? "−" : "";
  return lang === "sl" ? `${sign}${n}${nbsp}mio${nbsp}€` : `${sign}€${n}${nbsp}m`;
}

/** An ISO date or year as written: 15. 3. 2021 · 15/03/2021; what is no date comes back as it is. */
export function date(iso: string, lang: Lang): string {
  if (/^\d{4}$/.test(iso)) return iso;
  const m = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!m) return iso;
  const [, y, mo, d] = m;
  return lang === "sl" ? `${Number(d)}.${nbsp}${Number(mo)}.${nbsp}${y}` : `${d}/${mo}/${y}`;
}

/** A moment in the reader's own time: 15. 3. 2021 ob 9.05 · 15/03/2021, 9:05. */
export function dateTime(iso: string, lang: Lang): string {
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = date(`${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`, lang);
  return lang === "sl" ? `${day} ob${nbsp}${at.getHours()}.${two(at.getMinutes())}` : `${day}, ${at.getHours()}:${two(at.getMinutes())}`;
}

export function length(m: number, lang: Lang): string {
  return m < 1000 ? `${number(m, lang)}${nbsp}m` : `${number(m / 1000, lang, 2)}${nbsp}km`;
}

/** Square metres as hectares below 10 km², above as km². */
export function area(m2: number, lang: Lang): string {
  if (m2 < 10_000) return `${number(m2, lang)}${nbsp}m²`;
  if (m2 < 10_000_000) return `${number(m2 / 10_000, lang, 1)}${nbsp}ha`;
  return `${number(m2 / 1_000_000, lang, 1)}${nbsp}km²`;
}

export function coordinate(lon: number, lat: number, lang: Lang): string {
  return `${number(lat, lang, 5, 5)}°${nbsp}N, ${number(lon, lang, 5, 5)}°${nbsp}E`;
}

const names = new Intl.Collator("sl");
const codes = new Intl.Collator("sl", { numeric: true });

/** Order of names: Britof, Čadovlje, Golnik. */
export const byName = (a: string, b: string) => names.compare(a, b);

/** Order of codes: 1.9 before 1.10. */
export const byCode = (a: string, b: string) => codes.compare(a, b);

/** Lower case without diacritics, for finding text while one types. */
export const fold = (s: string) => s.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
