import { editDistance } from "@apex/core";
import { tokensOf, withoutComments } from "./tokens.ts";

/** Words longer than this are compared as they are: distances take time with the square. */
const COMPARED_MAX = 100;

/** Slips in a word: one in a short one, two in a long one. The limit is that of Terraform's own "Did you mean". */
const LONG_WORD = 6;

/** Whether one word is the other with a slip or two. */
export function isSlip(a: string, b: string): boolean {
  if (a === b) return true;
  const length = Math.max(a.length, b.length);
  if (length > COMPARED_MAX || Math.abs(a.length - b.length) > 2) return false;
  // Another digit is another value, not a slip.
  if (a.replace(/\D/g, "") !== b.replace(/\D/g, "")) return false;
  return editDistance(a, b) <= (length >= LONG_WORD ? 2 : 1);
}

/** How people write true and false who think of another language. */
const BOOLEANS: Readonly<Record<string, "true" | "false">> = {
  true: "true",
  yes: "true",
  on: "true",
  false: "false",
  no: "false",
  off: "false",
};

/** `True`, `yes` and `on` as `true`; any other text is `undefined`. */
export function booleanOf(text: string): "true" | "false" | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined;
}

/** Roots that a reference may lack, and conversions: no meaning of their own. */
const FILLERS = new Set([
  "var",
  "local",
  "data",
  "module",
  "each",
  "tostring",
  "tonumber",
  "tobool",
  "toset",
  "tolist",
]);

/** The words of a text in order: names, numbers, and what is in its strings; without marks and prefixes of references. */
export function wordsOf(text: string): readonly string[] {
  let previous = "";
  return tokensOf(text).flatMap(({ kind, text: token }) => {
    const isStep = previous === ".";
    previous = token;
    if (kind === "number") return [token];
    // A whole resource is given where its id is meant.
    if (kind === "name") return isStep ? (token === "id" ? [] : [token]) : FILLERS.has(token) ? [] : [token];
    if (kind !== "string" && kind !== "heredoc") return [];
    return (token.match(/[\p{L}\p{N}_*.:/-]+/gu) ?? []).filter((word) => !FILLERS.has(word));
  });
}

/** Marks that decide, in order; `&` for `&&`. Arrows and bounds with `=` are often written the wrong way round, and stand for none. */
function decidingMarks(text: string): string {
  const plain = withoutComments(text).replace(/=>|->|>=|~>|<<-?/g, "");
  return (plain.match(/[!<>?]|&+|\|+/g) ?? []).map((mark) => mark.slice(0, 1)).join("");
}

/**
 * Whether a text is another one made readable: the same words in the same order, but for slips and for those that a problem names;
 * and the same comparisons and negations. `true` and `false` are never slips of one another.
 */
export function isMend(before: string, after: string, named: ReadonlySet<string>): boolean {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  return (
    old.length === now.length &&
    decidingMarks(before) === decidingMarks(after) &&
    old.every((word, at) => {
      const other = now[at] ?? "";
      const boolean = booleanOf(other);
      return boolean !== undefined || booleanOf(word) !== undefined
        ? booleanOf(word) === boolean
        : isSlip(word, other) || named.has(word);
    })
  );
}

/** The words of a text whose quotes cannot be trusted. */
export function looseWords(text: string): readonly string[] {
  return (text.match(/[\p{L}\p{N}_*./:-]+/gu) ?? []).map((word) => word.replace(/[.:]+$/, ""));
}

function commentMarks(text: string): number {
  return text.match(/#|\/\/|\/\*/g)?.length ?? 0;
}

/** Whether two texts differ in marks alone, and none that decides: what a lost comma, quote or line end may take. */
export function hasSameWords(before: string, after: string): boolean {
  const isSame = (words: (text: string) => readonly string[]): boolean =>
    words(before).join("\0") === words(after).join("\0");
  return (
    commentMarks(before) === commentMarks(after) &&
    decidingMarks(before) === decidingMarks(after) &&
    (isSame(wordsOf) || isSame(looseWords))
  );
}

/** {@link isMend} for lines that cannot be parsed: a quote that was lost joins what belongs apart. Nothing becomes a comment. */
export function isLooseMend(before: string, after: string, named: ReadonlySet<string>): boolean {
  if (commentMarks(before) !== commentMarks(after)) return false;
  const [old, now] = [looseWords(before), looseWords(after)];
  return (
    old.length === now.length &&
    old.every((word, at) => isMend(word, now[at] ?? "", named) || word === now[at])
  );
}

/** Whether the words of a piece stand together somewhere in a text, but for slips. */
export function holdsWords(text: string, piece: string, named: ReadonlySet<string>): boolean {
  const [all, wanted] = [wordsOf(text), wordsOf(piece)];
  if (wanted.length === 0) return true;
  return all.some((_, from) =>
    wanted.every((word, at) => {
      const other = all[from + at] ?? "";
      return isSlip(other, word) || named.has(other);
    }),
  );
}
