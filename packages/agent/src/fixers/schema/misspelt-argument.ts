import type { AttributeSchema } from "@apex/core";
import { attributeOf } from "@apex/generators-hcl";
import { attributeType } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { renamedAttribute } from "../knowledge/text-pieces.ts";
import { realWords } from "../schema-words.ts";
import { judgeSlip, type SlipVerdict } from "../slip.ts";
import { valueFits } from "../value-fits.ts";
import { type ArgumentSite, argumentSite, hasName, isLostInput, isSettable } from "./argument-site.ts";

/** Why the winner cannot be what is meant. */
function objectionTo(
  { attribute, block, schema, scope }: ArgumentSite,
  { name, plural }: Extract<SlipVerdict, { kind: "slip" }>,
): string | undefined {
  const winner: AttributeSchema | undefined = schema.attributes?.[name];
  if (winner === undefined) return `${name} is a block and not an argument`;
  if (!isSettable(schema, name)) return `${name} is decided by the provider and cannot be set`;
  if (attributeOf(block.body, name) !== undefined) return `${name} is set already`;
  const fit = valueFits(attribute.value, attributeType(winner), scope);
  if (fit === "no") return `its value does not fit the type of ${name}`;
  if (plural && fit !== "yes")
    return `${name} differs in its plural alone, and nothing tells that its value fits`;
  return undefined;
}

/**
 * Renames an argument that its body does not know to the one that it is a slip of: letters swapped, left out, doubled or replaced, or
 * the same name in camelCase or kebab-case. Also inputs of module calls, and arguments of Terraform's own blocks.
 *
 * Certain only where one name of that very body is near (Terraform's "Did you mean" is not asked), the body does not set it yet, it
 * can be set, and the value fits its type. A name that differs in a word of its own, a digit or, unless the type tells, a
 * plural is left alone, and so is an input that the called module uses without declaring it.
 */
export const misspeltArgument: Fixer = {
  name: "misspelt-argument",
  classes: ["unsupported-argument"],
  propose(problem, world): Proposal {
    const site = argumentSite(problem, world);
    if (site === undefined) return null;
    const { attribute, schema } = site;
    const written = attribute.name;
    if (hasName(schema, written) || isLostInput(site, world)) return null;
    const names = [...Object.keys(schema.attributes ?? {}), ...Object.keys(schema.block_types ?? {})];
    const verdict = judgeSlip(written, names, realWords(world));
    if (verdict.kind === "unclear") {
      const { reason, candidates } = verdict;
      return candidates.length === 0 ? null : { kind: "unsure", reason, candidates };
    }
    const objection = objectionTo(site, verdict);
    if (objection !== undefined) return { kind: "unsure", reason: objection, candidates: [verdict.name] };
    return {
      kind: "edits",
      edits: [renamedAttribute(attribute, verdict.name)],
      sentence: `${written} is ${verdict.name}: of all names of this body it is a slip of that one alone.`,
    };
  },
};
