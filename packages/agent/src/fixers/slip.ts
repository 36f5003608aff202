import { editDistance } from "@apex/core";
import { nearest, wordsOf } from "../world/nearest.ts";

/** What a written name can be meant as. */
export type SlipVerdict =
  /** The written name is a slip of this one and of no other. */
  | {
      readonly kind: "slip";
      readonly name: string;
      /** Both are the same words but for a plural: certain only where something else tells as well. */
      readonly plural: boolean;
    }
  | {
      readonly kind: "unclear";
      readonly reason: string;
      /** Nearest first; may be empty. */
      readonly candidates: readonly string[];
      /**
       * All names that are so near that more evidence may decide between them, those of which it is no slip by {@link isSlipOf} too.
       * Empty where it is a slip of none.
       */
      readonly near: readonly string[];
    };

/** Longer names are nobody's typing error, and the distance takes time with the product of the lengths. */
const NAME_LENGTH_MAX = 100;
/**
 * Every other name is at least that many edits farther than the winner, or one where letters are doubled or swapped. With one already, a
 * name of which the written one is a single slip is never passed over for another one.
 */
const MARGIN = 2;
const CANDIDATES_MAX = 5;

function folded(name: string): string {
  return wordsOf(name).join("");
}

function isPluralPair(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (long === `${short}s` || long === `${short}es`) return !long.endsWith("ss");
  return short.endsWith("y") && long === `${short.slice(0, -1)}ies`;
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** Whether two neighbours of `b` are swapped in `a`. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length || a === b) return false;
  const at = firstDifference(a, b);
  return a === `${b.slice(0, at)}${b[at + 1] ?? ""}${b[at] ?? ""}${b.slice(at + 2)}`;
}

/** Whether `a` is `b` with one of its letters typed twice. */
function isDoubled(a: string, b: string): boolean {
  if (a.length !== b.length + 1) return false;
  const at = firstDifference(a, b);
  return /\p{L}/u.test(a[at] ?? "") && a[at] === a[at - 1] && a.slice(0, at) + a.slice(at + 1) === b;
}

/**
 * Slips that no comparison word by word sees: a letter swapped over a separator (`balancera_rn`), and a letter typed twice, which
 * is one in short words too (`idd`).
 */
function fingerSlip(
  written: string,
  names: readonly string[],
  words: ReadonlySet<string>,
): string | undefined {
  const isSlip = (name: string): boolean =>
    (isSwap(written, name) || isDoubled(written, name)) &&
    !wordsOf(written).every((word) => words.has(word) || wordsOf(name).includes(word));
  const found = names.filter(isSlip);
  return found.length === 1 ? found[0] : undefined;
}

/** Whether the letters are written in another style than Terraform's own: camelCase or kebab-case. */
function isOtherStyle(written: string): boolean {
  return /\p{Lu}|-/u.test(written);
}

/** Names that are nearly as near as the winner, letter by letter and whatever they mean. */
function rivalsOf(written: string, winner: string, names: readonly string[]): readonly string[] {
  const letters = folded(written);
  const distance = editDistance(letters, folded(winner));
  if (distance === 0 && isOtherStyle(written)) return [];
  // Nobody means a doubled letter, and swapped ones seldom: only what is as near as the winner rivals it.
  const margin = isSwap(written, winner) || isDoubled(written, winner) ? 1 : MARGIN;
  return names.filter(
    (name) =>
      name !== winner &&
      Math.abs(name.length - written.length) <= NAME_LENGTH_MAX &&
      editDistance(letters, folded(name)) < distance + margin,
  );
}

function isPlural(written: string, name: string): boolean {
  const [a, b] = [wordsOf(written), wordsOf(name)];
  if (a.length !== b.length || a.join("") === b.join("")) return false;
  return a.every((word, at) => word === b[at] || isPluralPair(word, b[at] ?? ""));
}

/** Whether `name` has all the words, one after the other, apart from plurals. */
export function hasWords(name: string, words: readonly string[]): boolean {
  const own = wordsOf(name);
  return own.some((_, at) =>
    words.every((word, index) => {
      const other = own[at + index];
      return other !== undefined && (other === word || isPluralPair(other, word));
    }),
  );
}

/** Whether `written` is a slip of `name`, were there no other. */
export function isSlipOf(written: string, name: string, words: ReadonlySet<string>): boolean {
  return nearest(written, [name], words).kind === "clear" || fingerSlip(written, [name], words) !== undefined;
}

/** Names within two edits, nearest first: one edit of the slip, and one more to be on the safe side. */
function allNear(written: string, names: readonly string[]): readonly string[] {
  const letters = folded(written);
  return names
    .map((name) => ({ name, distance: editDistance(letters, folded(name)) }))
    .filter(({ distance }) => distance <= MARGIN)
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/**
 * Of which of the names `written` is a slip of the fingers, and of no other. {@link nearest} tells what it can be meant as; this adds
 * that no other name may be nearly as near letter by letter, and that a name of two words or more whose plural alone differs
 * is not taken where another name has the same words (`security_group`: `security_groups`, `vpc_security_group_ids`). `words` are real
 * ones that nobody writes by mistake.
 */
export function judgeSlip(written: string, names: Iterable<string>, words: ReadonlySet<string>): SlipVerdict {
  const distinct = [...new Set(names)].filter(({ length }) => length <= NAME_LENGTH_MAX);
  const found = nearest(written, distinct, words);
  const winner = found.kind === "clear" ? found.name : fingerSlip(written, distinct, words);
  if (winner === undefined || written.length > NAME_LENGTH_MAX) {
    const candidates = found.kind === "unclear" ? found.candidates : [];
    const near = candidates.some((name) => isSlipOf(written, name, words)) ? allNear(written, distinct) : [];
    return { kind: "unclear", reason: `"${written}" is not clearly a slip of one name`, candidates, near };
  }
  const plural = isPlural(written, winner);
  const parts = wordsOf(written);
  const rivals = new Set([
    ...rivalsOf(written, winner, distinct),
    ...(plural && parts.length > 1
      ? distinct.filter((name) => name !== winner && hasWords(name, parts))
      : []),
  ]);
  if (rivals.size === 0) return { kind: "slip", name: winner, plural };
  const near = [winner, ...[...rivals].toSorted()];
  const reason = `"${written}" is near to several names`;
  return { kind: "unclear", reason, candidates: near.slice(0, CANDIDATES_MAX), near };
}
