// What of a hit the words were found in, marked.
import { h } from "./dom";
import { fold } from "./format";

/** Where the words are in a text: pairs of from and to. Marks of letters do not count, nor do the endings of cases. */
export function marksIn(text: string, words: string, inflected: boolean): [number, number][] {
  const letters = [...text];
  const folded = letters.map((c) => fold(c));
  const at: number[] = []; // for each character of the folded text the letter it came from
  folded.forEach((f, i) => at.push(...Array<number>(f.length).fill(i)));
  const line = folded.join("");
  const asked = fold(words).trim();
  const whole = asked ? line.indexOf(asked) : -1;
  const found: [number, number][] = [];
  const add = (from: number, length: number) => {
    const first = at[from];
    const last = at[from + length - 1];
    if (first !== undefined && last !== undefined) found.push([offset(letters, first), offset(letters, last + 1)]);
  };
  if (whole >= 0) add(whole, asked.length);
  else {
    for (const word of asked.split(/[^\p{L}\p{N}]+/u).filter((w) => w.length > 2)) {
      const m = [...line.matchAll(/[\p{L}\p{N}]+/gu)].map((x) => ({ from: x.index, n: alike(x[0], word) }));
      const best = m.filter((x) => x.n >= (inflected ? Math.max(3, word.length - 4) : word.length)).sort((a, b) => b.n - a.n)[0];
      if (best) add(best.from, best.n);
    }
  }
  return found.sort((a, b) => a[0] - b[0]).filter(([from], i, all) => i === 0 || from >= (all[i - 1]?.[1] ?? 0));
}

/** How many letters two words begin with alike. */
function alike(a: string, b: string): number {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return n;
}

const offset = (letters: string[], n: number) => letters.slice(0, n).join("").length;

/** The text with what was found marked. */
export function marked(text: string, words: string, inflected: boolean): (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let from = 0;
  for (const [a, b] of marksIn(text, words, inflected)) {
    parts.push(text.slice(from, a), h("mark", null, text.slice(a, b)));
    from = b;
  }
  return [...parts, text.slice(from)];
}
