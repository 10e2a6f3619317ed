// Texts of the page. An entry is a sentence, or its plural forms keyed by the
// language's own categories (Slovene: one, two, few, other).
import { number } from "./format";
import { en } from "./locales/en";
import { sl } from "./locales/sl";
import type { Lang, Text } from "./types";

export type Forms = Partial<Record<Intl.LDMLPluralRule, string>>;
export type Entry = string | Forms;
export type Catalog = Record<string, Entry>;
export type Key = keyof typeof sl;

export const catalogs: Record<Lang, Catalog> = { sl, en };
export const languages: Lang[] = ["sl", "en"];

const rules: Record<Lang, Intl.PluralRules> = { sl: new Intl.PluralRules("sl"), en: new Intl.PluralRules("en") };

let current: Lang = "sl";

export function setLanguage(lang: Lang): void {
  current = lang;
}

export const language = (): Lang => current;

/** The text of a key in a language; {name} is replaced, {n} also chooses the plural form and is written by locale. */
export function translate(lang: Lang, key: string, params: Record<string, string | number> = {}): string {
  const entry = catalogs[lang][key];
  if (entry === undefined) return key;
  const text = typeof entry === "string" ? entry : form(lang, entry, Number(params.n ?? 0));
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    return typeof value === "number" ? number(value, lang) : (value ?? "");
  });
}

export const t = (key: Key, params?: Record<string, string | number>): string => translate(current, key, params);

/** A text whose key is made of data, such as a status; what the catalogue lacks is shown as it came. */
export function term(group: string, value: string): string {
  const key = `${group}.${value}`;
  return catalogs[current][key] === undefined ? value : translate(current, key);
}

/** The reader's language of a two-language text, or the other where one is empty. */
export function pick(text: Text | string | null | undefined): string {
  if (!text) return "";
  if (typeof text === "string") return text;
  return text[current] || text.sl || text.en || "";
}

/** The title of a project in the reader's language, where it has one. */
export const titled = (p: { title: string; title_en?: string | null }): string => (current === "en" && p.title_en ? p.title_en : p.title);

function form(lang: Lang, forms: Forms, n: number): string {
  return forms[rules[lang].select(n)] ?? forms.other ?? "";
}
