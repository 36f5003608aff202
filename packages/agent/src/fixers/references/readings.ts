import { attributeOf, directoryOf } from "@apex/generators-hcl";
import { expressionsIn } from "@apex/generators-hcl/syntax";
import { declarationsIn } from "../../world/declared.ts";
import { wordsOf } from "../../world/nearest.ts";
import { typeOf } from "../expression-type.ts";
import { callsOf } from "../knowledge/variable-use.ts";
import { nameWords } from "../schema-words.ts";
import { hasWords, isSlipOf, judgeSlip } from "../slip.ts";
import { type Fit, typeFits } from "../value-fits.ts";
import { leadsSomewhere, type ReferenceSite, withHead } from "./reference-site.ts";
import { usesOf } from "./traversals.ts";

/** One thing that the start of a reference can be meant as. */
export interface Reading {
  /** In place of the start: `var.region`. */
  readonly text: string;
  /** Where the start ends in the file. */
  readonly end: number;
  /** A name that differs in its plural alone. */
  readonly plural: boolean;
  /** What makes it so, for the report. */
  readonly why: string;
}

/** What may be meant and what cannot be told apart. */
export interface Readings {
  readonly certain: readonly Reading[];
  /** Near names that are no clear slip, for a person or a model. */
  readonly candidates: readonly string[];
}

const NO_READINGS: Readings = { certain: [], candidates: [] };

export function joined(...all: readonly Readings[]): Readings {
  return {
    certain: all.flatMap(({ certain }) => certain),
    candidates: all.flatMap(({ candidates }) => candidates),
  };
}

/** Names of a kind of which the written one, which ends at `end`, may be a slip; `key` writes the start of the reference for one. */
export function slipsOf(
  site: ReferenceSite,
  { written, end }: { readonly written: string; readonly end: number },
  names: readonly string[],
  key: (name: string) => string,
): Readings {
  const { world } = site.scope;
  const words = new Set([...nameWords(world), ...declaredWords(site)]);
  const verdict = judgeSlip(written, names, words);
  if (verdict.kind === "unclear") return { certain: [], candidates: verdict.candidates.map(key) };
  const text = key(verdict.name);
  const why = `${written} is declared nowhere, and of what is declared it is a slip of ${verdict.name} alone`;
  return { certain: [{ text, end, plural: verdict.plural, why }], candidates: [] };
}

/** Words of the names that the module declares: who writes one of them means it. */
function declaredWords(site: ReferenceSite): ReadonlySet<string> {
  const { configuration } = site.scope.world;
  return new Set(declarationsIn(configuration, site.directory).flatMap(({ name }) => wordsOf(name)));
}

/** The same name where it is declared as something else. */
export function exactly(isDeclared: boolean, reading: Omit<Reading, "plural">): Readings {
  return isDeclared ? { certain: [{ ...reading, plural: false }], candidates: [] } : NO_READINGS;
}

/**
 * The name as one of another kind (`var` for `local`), unless something of its own kind may be meant, by a longer name or one that is
 * misspelt where it is declared: `local.name` where `local.full_name` or `local.nmae` is.
 */
export function ofOtherKind(
  isDeclared: boolean,
  reading: Omit<Reading, "plural">,
  rivals: readonly string[],
): Readings {
  if (!isDeclared || rivals.length === 0) return exactly(isDeclared, reading);
  return { certain: [], candidates: [reading.text, ...rivals] };
}

/** Declared names that are slips of the written one, as if it were their declaration that is wrong. */
export function misspeltDeclarations(
  { scope }: ReferenceSite,
  written: string,
  names: readonly string[],
): readonly string[] {
  const words = nameWords(scope.world);
  return names.filter((one) => one !== written && isSlipOf(one, written, words));
}

/** What of the same kind may be meant: names that have all the words of the written one, and misspelt declarations. */
export function rivalNames(
  site: ReferenceSite,
  { root, name }: { readonly root: string; readonly name: string },
  names: readonly string[],
): readonly string[] {
  const words = wordsOf(name);
  const longer = names.filter((one) => hasWords(one, words));
  return [...new Set([...longer, ...misspeltDeclarations(site, name, names)])].map((one) => `${root}.${one}`);
}

/** Whether a reading leads to something, of a type that is wanted there. */
function fitOf(site: ReferenceSite, { end, text }: Reading): Fit {
  const expression = withHead(site, end, text);
  if (expression.kind === "invalid" || !leadsSomewhere(expression, site.scope)) return "no";
  return site.wanted === undefined || site.wanted === "dynamic"
    ? "unknown"
    : typeFits(typeOf(expression, site.scope), site.wanted);
}

/** The readings that fit where they stand; of names that differ in a plural alone, only those whose type is known to. */
export function fittingReadings(site: ReferenceSite, readings: Readings): Readings {
  const fits = readings.certain.map((reading) => ({ reading, fit: fitOf(site, reading) }));
  const isSure = ({ reading, fit }: (typeof fits)[number]): boolean =>
    fit === "yes" || (fit === "unknown" && !reading.plural);
  return {
    certain: fits.filter(isSure).map(({ reading }) => reading),
    candidates: [
      ...fits.filter((one) => !isSure(one)).map(({ reading }) => reading.text),
      ...readings.candidates,
    ],
  };
}

/** Whether `var.name` gets a value from outside of its module: then its declaration is what is missing. */
export function isGiven(site: ReferenceSite, name: string): boolean {
  const { configuration } = site.scope.world;
  if (site.directory === "" && configuration.assignments.has(name)) return true;
  return callsOf(configuration, site.directory).some(
    ({ block }) => attributeOf(block.body, name) !== undefined,
  );
}

/** Whether a local's own value, or what it leads to, mentions `root.name`. */
export function mentions(site: ReferenceSite, local: string, root: string, name: string): boolean {
  const seen = new Set<string>();
  const pending = [local];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const attribute = site.scope.module.locals.get(at);
    if (attribute === undefined) continue;
    for (const expression of expressionsIn({ body: { attributes: [attribute], blocks: [] } })) {
      if (expression.kind !== "attribute" || expression.of.kind !== "root") continue;
      if (expression.of.name === root && expression.name === name) return true;
      if (expression.of.name === "local") pending.push(expression.name);
    }
  }
  return false;
}

/** How often the module writes `root.name`. */
export function countOf(site: ReferenceSite, root: string, name: string, second?: string): number {
  const { configuration } = site.scope.world;
  const names: [string, string, string?] = second === undefined ? [root, name] : [root, name, second];
  return usesOf(configuration, directoryOf(site.place.file), names).length;
}
