import { editDistance } from "@apex/core";

/** What a misspelt name most likely is. */
export type Nearest =
  /** One candidate, and it can only be a slip of it. */
  | { readonly kind: "clear"; readonly name: string }
  /** Nearest first; may be empty. For a person or a model to choose from, never to be taken by itself. */
  | { readonly kind: "unclear"; readonly candidates: readonly string[] };

/** Longer names are nobody's typing error, and the distance takes time with the product of the lengths. */
const LENGTH_MAX = 100;
const CANDIDATES_MAX = 5;

/**
 * Letters of the longer word from which one edit is a slip. In words of up to three, one edit makes another real one too often
 * (`ebs`/`efs`, `cpu`/`gpu`, `api`/`app`); two letters swapped are a slip there as well.
 */
const ONE_EDIT_LETTERS_MIN = 4;
/**
 * Letters of the shorter word from which two edits are. Below, pairs that both mean something are common (`source`/`resource`,
 * `ingress`/`egress`, `import`/`export`); those among longer words are in {@link CONTRASTS}.
 */
const TWO_EDITS_LETTERS_MIN = 7;

/**
 * Slips in a whole name: with three, names of schemas that both exist come within reach (`start`/`stop`, `inbound`/`outbound`).
 */
const EDITS_MAX = 2;

/** Real words that are within reach of another real one: who writes them means them. */
const CONTRASTS: ReadonlySet<string> = new Set(
  (
    "min max minimum maximum http https internal external encrypt decrypt encryption decryption include exclude " +
    "included excluded increase decrease explicit implicit active passive attach detach attached detached role rule state " +
    "stage node mode code host post port name type time data date read write user form from path patch east west north south " +
    "source target primary secondary public private master worker server service client reader writer input output inbound " +
    "outbound ascending descending test rest prod lock block clock link live zone cost store score count mount model"
  ).split(" "),
);

/** `InstanceType`, `instance-type` and `instance_type` alike as `instance`, `type`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[-_.\s]+/)
    .filter((word) => word !== "");
}

/** One is the other with an `s` more; what ends in two is a doubled letter. */
function isPlural(a: string, b: string): boolean {
  return (a === `${b}s` || b === `${a}s`) && !(a.endsWith("ss") || b.endsWith("ss"));
}

/** Its characters in order: two words of the same ones differ in their order alone. */
function lettersOf(word: string): string {
  return word.split("").toSorted().join("");
}

/** How many slips lead from a written word to a meant one; `Infinity` where it is not a slip. */
function wordSlips(written: string, meant: string, words: ReadonlySet<string>): number {
  if (written === meant) return 0;
  // Digits number things: `web3` is not a slip of `web1`, nor `ipv6` of `ipv4`.
  if (written.replace(/\D/g, "") !== meant.replace(/\D/g, "")) return Infinity;
  if (CONTRASTS.has(written) && CONTRASTS.has(meant)) return Infinity;
  if (isPlural(written, meant)) return 1;
  if (words.has(written) || CONTRASTS.has(written)) return Infinity;
  const distance = editDistance(written, meant);
  const isSwap = distance === 1 && lettersOf(written) === lettersOf(meant);
  const shorter = Math.min(written.length, meant.length);
  const longer = Math.max(written.length, meant.length);
  if (distance === 1 && (longer >= ONE_EDIT_LETTERS_MIN || (isSwap && longer > 2))) return 1;
  return distance === 2 && shorter >= TWO_EDITS_LETTERS_MIN ? 2 : Infinity;
}

function slips(written: readonly string[], meant: readonly string[], words: ReadonlySet<string>): number {
  if (written.join("") === meant.join("")) return 0;
  // A word more or less is another thing (`subnet`, `db_subnet`), not a slip of the hand.
  if (written.length !== meant.length) return Infinity;
  const sum = written.reduce((total, word, index) => total + wordSlips(word, meant[index] ?? "", words), 0);
  return sum <= EDITS_MAX ? sum : Infinity;
}

function ranked(name: string, candidates: readonly string[]): readonly string[] {
  const limit = Math.ceil(name.length / 2);
  const near = (candidate: string): number =>
    Math.abs(candidate.length - name.length) > limit ? Infinity : editDistance(name, candidate);
  return candidates
    .map((candidate) => ({ candidate, distance: near(candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, CANDIDATES_MAX)
    .map(({ candidate }) => candidate);
}

/**
 * The candidate that a misspelt name can only be a slip of. Names are compared word by word, case and separators folded; a name
 * that differs in these alone is clear when it is the only such one. Else the winner needs at most {@link EDITS_MAX} slips and every
 * other candidate at least twice as many (1 against 2, 2 against 4): a second reading that is nearly as good is a guess. A
 * written word that is itself a real one (of the candidates, of `words`, of {@link CONTRASTS}) is taken to be meant, singular and
 * plural apart.
 */
export function nearest(
  name: string,
  candidates: Iterable<string>,
  words: ReadonlySet<string> = new Set(),
): Nearest {
  const distinct = [...new Set(candidates)].filter(({ length }) => length <= LENGTH_MAX);
  if (name.length > LENGTH_MAX) return { kind: "unclear", candidates: [] };
  const written = wordsOf(name);
  const vocabulary = new Set([...words, ...distinct.flatMap(wordsOf)]);
  const scored = distinct
    .map((candidate) => ({ candidate, distance: slips(written, wordsOf(candidate), vocabulary) }))
    .filter(({ distance }) => distance !== Infinity)
    .sort((a, b) => a.distance - b.distance);
  const [best, second] = scored;
  const margin = best === undefined ? 0 : Math.max(1, 2 * best.distance);
  const isClear = best !== undefined && (second === undefined || second.distance >= margin);
  if (isClear && written.length > 0) return { kind: "clear", name: best.candidate };
  const tied = scored.map(({ candidate }) => candidate);
  const others = ranked(name, distinct).filter((candidate) => !tied.includes(candidate));
  return { kind: "unclear", candidates: [...tied, ...others].slice(0, CANDIDATES_MAX) };
}
