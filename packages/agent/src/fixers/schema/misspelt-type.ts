import { directoryOf } from "@apex/generators-hcl";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { chainAt, usesOf } from "../references/traversals.ts";
import { realWords } from "../schema-words.ts";
import { isSlipOf, judgeSlip } from "../slip.ts";
import { typeNames, typeSchema } from "../type-schema.ts";
import { hasName } from "./argument-site.ts";
import { bodyObjection, isTaken, retypeEdits, type TypeSite, typeSite } from "./type-site.ts";

const CANDIDATES_MAX = 5;
/** As many letters more or less as two slips make. */
const EDITS_MAX = 2;

/** The types of the same provider: the first word of a type names it. */
function siblingsOf({ type, mode, scope }: TypeSite): readonly string[] {
  const provider = type.split("_", 1)[0] ?? "";
  return typeNames(scope.world, mode).filter((other) => other.split("_", 1)[0] === provider);
}

function unsure(reason: string, candidates: readonly string[]): Proposal {
  return { kind: "unsure", reason, candidates: candidates.slice(0, CANDIDATES_MAX) };
}

/** Whether a type has each attribute that the module reads of this declaration under its written type. */
function hasAllThatIsRead({ scope, mode, type: written, name, block }: TypeSite, type: string): boolean {
  const { configuration } = scope.world;
  const schema = typeSchema(scope.world, mode, type);
  const names: [string, string, string?] = mode === "data" ? ["data", written, name] : [written, name];
  return usesOf(configuration, directoryOf(block.source.file), names).every((place) => {
    const width = names.length;
    const step = chainAt(configuration, place)[width];
    return step?.kind !== "attribute" || (schema !== undefined && hasName(schema, step.name));
  });
}

/** Whether the module refers to this declaration as one of that type. */
function isReferredTo({ scope, mode, name, block }: TypeSite, type: string): boolean {
  const directory = directoryOf(block.source.file);
  const names: [string, string, string?] = mode === "data" ? ["data", type, name] : [type, name];
  return usesOf(scope.world.configuration, directory, names).length > 0;
}

/** The one type that is near and that the body fits; else why there is none. */
function winnerOf(site: TypeSite, world: World): string | Proposal {
  const words = realWords(world);
  const verdict = judgeSlip(site.type, siblingsOf(site), words);
  if (verdict.kind === "unclear" && verdict.near.length === 0) {
    return verdict.candidates.length === 0 ? null : unsure(verdict.reason, verdict.candidates);
  }
  // Types that only go on after the same words (`aws_s3_bucket_acl`) are not what a plural (`aws_s3_buckets`) means.
  const near =
    verdict.kind === "slip"
      ? [verdict.name]
      : verdict.near.filter(({ length }) => Math.abs(length - site.type.length) <= EDITS_MAX);
  const bodies = near.filter((type) => bodyObjection(site, site.mode, type) === undefined);
  const read = bodies.filter((type) => hasAllThatIsRead(site, type));
  const fitting = read.length === 1 ? read : bodies;
  const named = fitting.filter((type) => isReferredTo(site, type));
  const [only, another] = named.length === 1 ? named : fitting;
  if (only === undefined) {
    const objection = near.map((type) => bodyObjection(site, site.mode, type)).join("; ");
    return unsure(`what is written in it does not fit: ${objection}`, near);
  }
  if (another !== undefined) return unsure("what is written in it fits several types", fitting);
  return isSlipOf(site.type, only, words) ? only : unsure(`${only} is near and no clear slip`, [only]);
}

/** Whether the written type exists in the other mode and the body would fit there as well. */
function fitsOtherMode(site: TypeSite, world: World): boolean {
  const other = site.mode === "data" ? "resource" : "data";
  return (
    typeSchema(world, other, site.type) !== undefined && bodyObjection(site, other, site.type) === undefined
  );
}

/**
 * Renames the type of a resource or data source that no provider has to the one that it is a slip of, with the references to it.
 *
 * Certain only where one type of the same provider is near and all that is written fits it: every argument and block is known
 * there, the values fit and nothing required is missing. Between several that are near, the body decides if it fits one alone, or the
 * module if what it reads of the declaration is an attribute of one alone, or if it refers to it as one of them.
 * A type that exists in the other mode and fits there (`resource "aws_lbs"` as data source) is left alone.
 */
export const misspeltType: Fixer = {
  name: "misspelt-type",
  classes: ["invalid-resource-type", "invalid-data-source"],
  propose(problem, world): Proposal {
    const site = typeSite(problem, world);
    if (site === undefined || typeSchema(world, site.mode, site.type) !== undefined) return null;
    const winner = winnerOf(site, world);
    if (typeof winner !== "string") return winner;
    if (fitsOtherMode(site, world))
      return unsure(`${site.type} exists as ${site.mode === "data" ? "a resource" : "a data source"}`, [
        winner,
        site.type,
      ]);
    if (isTaken(site, site.mode, winner))
      return unsure(`${winner}.${site.name} is declared already`, [winner]);
    const edits = retypeEdits(site, site.mode, winner);
    if (edits === undefined) return null;
    const sentence = `${site.type} is ${winner}: no other type is as near, and all that is written in it fits.`;
    return { kind: "edits", edits, sentence };
  },
};
