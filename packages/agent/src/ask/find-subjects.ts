import { parseAddress } from "@apex/core";
import type { Fact, FactSubject } from "@apex/report";
import { nearest } from "../world/nearest.ts";

/** Whom a question is about. */
export type FoundSubjects =
  /** Nobody is named: it is about the run. */
  | { readonly kind: "run" }
  | { readonly kind: "subjects"; readonly subjects: readonly FactSubject[] }
  /** A name that the report does not know, and what it may be a slip of. */
  | { readonly kind: "unknown"; readonly name: string; readonly near: readonly string[] };

/** Words of a question that are looked up; a longer text is no question. */
const WORDS_MAX = 100;

const NEAR_MAX = 5;
/** Shorter parts of a name (`db`, `web1`'s `1`) are in too many others. */
const PART_LETTERS_MIN = 3;

/** All that a subject may be called, in lower case: `aws_instance.web[3]` is `web[3]` and `web-3`, too. */
function namesOf({ resourceId, address, name }: FactSubject): readonly string[] {
  const names = new Set([resourceId, resourceId.slice(resourceId.search(/[^:/]*$/))]);
  if (name !== undefined) names.add(name);
  if (address !== null) {
    names.add(address);
    for (const short of shortNames(address)) names.add(short);
  }
  return [...names].filter((each) => each !== "").map((each) => each.toLowerCase());
}

function shortNames(address: string): readonly string[] {
  const parsed = parseAddress(address);
  if (parsed === undefined) return [];
  const { type, name, key } = parsed;
  if (key === undefined) return [name, `${type}.${name}`];
  const written = typeof key === "number" ? `[${key}]` : `["${key}"]`;
  const whole = [
    `${name}${written}`,
    `${type}.${name}${written}`,
    `${name}-${key}`,
    `${name}_${key}`,
    `${name}.${key}`,
  ];
  return [...whole, String(key), name];
}

/** `aws_instance.web["a b"]` is one word; a name in quotes is one, too. */
function wordsOf(question: string): readonly string[] {
  const words = question.match(/"[^"]+"|'[^']+'|`[^`]+`|[^\s"'`]+(?:\["[^"]*"\][^\s"'`]*)*/g) ?? [];
  return words
    .slice(0, WORDS_MAX)
    .map((word) =>
      word
        .replace(/^["'`(]+|["'`)?!,;:]+$/g, "")
        .replace(/\.$/, "")
        .toLowerCase(),
    )
    .filter((word) => word !== "");
}

/** A word that can only be meant as a name: it has what words of a language do not have. */
function looksLikeName(word: string): boolean {
  return /[\d_[\]/:]/.test(word) || /[a-z]-[a-z0-9]/.test(word) || /[a-z]\.[a-z]/.test(word);
}

/** Words of any question: a machine called "all" is named by its address. */
const COMMON = new Set(
  (
    "a about after all an and any are at be been before best biggest but by can change changed changes commitments configuration cost costs could " +
    "data did discounts do does down downsize downsized environment every first for from get give has have how i if in is isn't it its kept " +
    "large larger less list long machine machines made many me missing money month monthly more most move much my need needed needs no " +
    "not now of on one or our per price prices recommend recommended report resize resized resource resources risk risks run safe " +
    "save saved saves saving savings should show small smaller still stopped tell than that the them there these they this to too " +
    "top total undo unknown up was we were what what's when where which who why will with would you"
  ).split(" "),
);

/**
 * The resources that a question names, by any of their names. A key or a label that is a common word counts only where nothing
 * better is named.
 */
export function findSubjects(question: string, facts: readonly Fact[]): FoundSubjects {
  const byName = new Map<string, Map<string, FactSubject>>();
  for (const { subject } of facts) {
    if (subject === null) continue;
    for (const name of namesOf(subject)) {
      const known = byName.get(name) ?? new Map<string, FactSubject>();
      byName.set(name, known.set(subject.address ?? subject.resourceId, subject));
    }
  }
  const words = wordsOf(question);
  const named = words.filter((word) => byName.has(word) && !COMMON.has(word));
  const strong = named.filter(looksLikeName);
  const chosen = (strong.length > 0 ? strong : named).flatMap((word) => [...(byName.get(word) ?? [])]);
  if (chosen.length > 0) return { kind: "subjects", subjects: decided([...new Map(chosen).values()], facts) };
  const parts = words.map((word) => havingPart(word, facts)).find((subjects) => subjects.length > 0);
  const stranger = words.find(
    (word) => looksLikeName(word) && !COMMON.has(word) && !isMentioned(word, facts),
  );
  if (stranger === undefined) {
    return parts === undefined ? { kind: "run" } : { kind: "subjects", subjects: decided(parts, facts) };
  }
  const found = nearest(stranger, [...byName.keys()]);
  const near = found.kind === "clear" ? [found.name] : found.candidates;
  return {
    kind: "unknown",
    name: stranger,
    near: [...new Set([...near, ...holding(stranger, byName)])].slice(0, NEAR_MAX),
  };
}

/** What a question asks for besides a name: its words that are not those of any question, without the `s` of a plural. */
export function topicsOf(question: string): readonly string[] {
  return wordsOf(question)
    .filter((word) => word.length >= PART_LETTERS_MIN && !COMMON.has(word))
    .map((word) => word.replace(/(?<=[a-z]{3})(?<!s)s$/, ""));
}

/** Whether a word begins somewhere in a text. */
export function mentions(text: string, word: string): boolean {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
    if (at === 0 || !/[a-z0-9]/.test(lower[at - 1] ?? "")) return true;
  }
  return false;
}

/** A machine type or a module: no resource's name, and in the report all the same. */
function isMentioned(word: string, facts: readonly Fact[]): boolean {
  return facts.some(({ sentences, subject }) =>
    [subject?.address ?? "", ...sentences].some((text) => mentions(text, word)),
  );
}

/** Those with a part of their address so called: a module, the key of one. */
function havingPart(word: string, facts: readonly Fact[]): readonly FactSubject[] {
  if (word.length < PART_LETTERS_MIN || COMMON.has(word)) return [];
  const found = new Map<string, FactSubject>();
  for (const { subject } of facts) {
    const address = subject?.address?.toLowerCase();
    if (subject === null || address === undefined) continue;
    if (address.startsWith(`${word}.`) || address.split(/[^a-z0-9_-]+/).includes(word))
      found.set(subject.address ?? subject.resourceId, subject);
  }
  return [...found.values()];
}

/** Names that hold a part of one: `erp` of `legacy-erp`. */
function holding(name: string, byName: ReadonlyMap<string, unknown>): readonly string[] {
  const parts = name.split(/[^a-z0-9]+/).filter((part) => part.length >= PART_LETTERS_MIN);
  return [...byName.keys()].filter((known) => parts.some((part) => known.split(/[^a-z0-9]+/).includes(part)));
}

/** Those on which something was decided, where there are any: a listener has its machine's name and nothing to tell. */
function decided(subjects: readonly FactSubject[], facts: readonly Fact[]): readonly FactSubject[] {
  const keys = new Set(
    facts.flatMap(({ kind, subject }) =>
      subject === null || kind === "cost" ? [] : [subject.resourceId, subject.address],
    ),
  );
  const telling = subjects.filter(
    ({ resourceId, address }) => keys.has(resourceId) || (address !== null && keys.has(address)),
  );
  return telling.length > 0 ? telling : subjects;
}
