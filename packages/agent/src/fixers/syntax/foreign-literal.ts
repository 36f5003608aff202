import { attributeAt, enclosingBlocks, expressionAt, schemaOfBody } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import type { FilePlace } from "../../diagnostics/problem.ts";
import type { Fixer, Proposal } from "../fixer.ts";

/** How Python, JavaScript, Go, Ruby and SQL write constants. */
const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ["True", "true"],
  ["TRUE", "true"],
  ["False", "false"],
  ["FALSE", "false"],
  ["None", "null"],
  ["NULL", "null"],
  ["Null", "null"],
  ["nil", "null"],
  ["undefined", "null"],
]);
/** How YAML 1.1 writes them; words of their own as well. */
const SWITCHES: ReadonlyMap<string, string> = new Map([
  ["yes", "true"],
  ["on", "true"],
  ["no", "false"],
  ["off", "false"],
]);

/** Arguments of Terraform's own blocks that are true or false. Source: Terraform language reference. */
const OWN_BOOLS: Readonly<Record<string, readonly string[]>> = {
  variable: ["sensitive", "nullable", "ephemeral"],
  output: ["sensitive", "ephemeral"],
  lifecycle: ["create_before_destroy", "prevent_destroy"],
};

function isBool(world: World, place: FilePlace): boolean {
  const attribute = attributeAt(world.configuration, place);
  const blocks = enclosingBlocks(world.configuration, place);
  const type = blocks.at(-1)?.type ?? "";
  if (attribute === undefined || attribute.value.start !== place.start) return false;
  const own = Object.hasOwn(OWN_BOOLS, type) ? OWN_BOOLS[type] : undefined;
  if (own?.includes(attribute.name)) return true;
  const attributes = schemaOfBody(world, blocks)?.attributes ?? {};
  return Object.hasOwn(attributes, attribute.name) && attributes[attribute.name]?.type === "bool";
}

/**
 * `True`, `None`, `nil` and their like, which Terraform takes for references to resource types. A bare word that refers to nothing by
 * itself cannot mean anything else. `yes`, `no`, `on`, `off` only where the argument takes true or false.
 */
export const foreignLiteral: Fixer = {
  name: "foreign-literal",
  classes: ["invalid-reference", "invalid-expression", "invalid-lifecycle", "undeclared-resource"],
  propose({ place }, world): Proposal {
    if (place === undefined) return null;
    const expression = expressionAt(world.configuration, place);
    if (expression?.kind !== "root" || expression.start !== place.start || expression.end !== place.end)
      return null;
    const at = { file: place.file, start: expression.start, end: expression.end };
    const constant = CONSTANTS.get(expression.name);
    const chosen = constant ?? (isBool(world, at) ? SWITCHES.get(expression.name) : undefined);
    if (chosen === undefined) return null;
    return {
      kind: "edits",
      edits: [{ ...at, text: chosen }],
      sentence: `Terraform writes ${expression.name} as ${chosen}.`,
    };
  },
};
