import type { BlockSchema } from "@apex/core";
import { wordsOf } from "../../world/nearest.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { realWords } from "../schema-words.ts";
import { judgeSlip } from "../slip.ts";
import { typeNames, typeSchema } from "../type-schema.ts";
import { bodyObjection, isTaken, retypeEdits, type TypeSite, typeSite } from "./type-site.ts";

/** Arguments by which things are looked up, by their last word. */
const LOOKUP_WORDS: ReadonlySet<string> = new Set(
  "id ids arn arns name names prefix bucket key tags region zone project filter domain location role user group account".split(
    " ",
  ),
);

/** A resource of it changes nothing outside of the state. */
const HARMLESS_TYPE = "terraform_data";

/** Whether an argument that the resource requires says what it is to be, and not only which one. */
function saysContent({ block, type }: TypeSite, schema: BlockSchema): boolean {
  if (type === HARMLESS_TYPE) return true;
  return block.body.attributes.some(
    ({ name }) =>
      schema.attributes?.[name]?.required === true && !LOOKUP_WORDS.has(wordsOf(name).at(-1) ?? ""),
  );
}

/**
 * Makes a `data` block a `resource` block or the other way round, with the references to it, where the provider has its type only
 * there.
 *
 * Certain only where the body fits that one: every argument and block is known there and nothing required is missing. A data source
 * becomes a resource, which creates something, only where a required argument says what it is to be (`policy`) and not which one it is
 * (`bucket`, `name`). A type of the written mode that is nearly as near (`aws_lbs`: `aws_lb`) makes it unsure.
 */
export const resourceOrData: Fixer = {
  name: "resource-or-data",
  classes: ["invalid-resource-type", "invalid-data-source"],
  propose(problem, world): Proposal {
    const site = typeSite(problem, world);
    if (site === undefined) return null;
    const other = site.mode === "data" ? "resource" : "data";
    const schema = typeSchema(world, other, site.type);
    if (schema === undefined || typeSchema(world, site.mode, site.type) !== undefined) return null;
    const candidates = [`${other} ${site.type}`];
    const unsure = (reason: string): Proposal => ({ kind: "unsure", reason, candidates });
    const objection = bodyObjection(site, other, site.type);
    if (objection !== undefined) return unsure(`what is written in it does not fit: ${objection}`);
    const near = judgeSlip(site.type, typeNames(world, site.mode), realWords(world));
    if (near.kind === "slip" && bodyObjection(site, site.mode, near.name) === undefined)
      return unsure(`${near.name} is nearly as near and fits as well`);
    if (other === "resource" && !saysContent(site, schema))
      return unsure("all that is written could be there to look something up, and a resource creates it");
    if (isTaken(site, other, site.type)) return unsure("the other is declared already");
    const edits = retypeEdits(site, other, site.type);
    if (edits === undefined) return null;
    const sentence = `${site.type} is a ${other === "data" ? "data source" : "resource"} only, and all that is written in it fits one.`;
    return { kind: "edits", edits, sentence };
  },
};
