import { type Expression, textOf } from "@apex/generators-hcl/syntax";
import { attributeAt } from "../../world/locate.ts";
import type { FilePlace } from "../../diagnostics/problem.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { sumsIn } from "./sums.ts";
import { holdsComment } from "./tokens.ts";

/** What an operand is inside of the quotes; `undefined` where it is not plainly a string or a value to fill in. */
function asPart(operand: Expression): string | undefined {
  const text = textOf(operand);
  if (text.includes("\n")) return undefined;
  switch (operand.kind) {
    case "literal":
      return typeof operand.value === "string" ? text.slice(1, -1) : undefined;
    case "template":
      return operand.heredoc ? undefined : text.slice(1, -1);
    case "root":
    case "attribute":
    case "index":
    case "call":
      return `\${${text}}`;
    case "parentheses":
      return operand.inner.kind === "conditional" || operand.inner.kind === "binary"
        ? `\${${textOf(operand.inner)}}`
        : undefined;
    default:
      return undefined;
  }
}

function isText(operand: Expression | undefined): boolean {
  if (operand?.kind === "template") return true;
  if (operand?.kind !== "literal" || typeof operand.value !== "string") return false;
  // Terraform adds "1" to 2: such a string may be meant as a number.
  return !/^\s*[-+]?\d/.test(operand.value);
}

function sumAt(
  operands: readonly (readonly Expression[])[],
  place: FilePlace,
): readonly Expression[] | undefined {
  return operands.find(
    ([first, ...rest]) => (first?.start ?? 0) <= place.start && (rest.at(-1)?.end ?? 0) >= place.end,
  );
}

/**
 * Strings that are put together with `+`, which only adds numbers here: they become one template. Certain where one of the first two
 * operands is a string that is no number, and all others are strings or references; a number among them is unsure, since it may be
 * meant to be added, and so is a string that ends with a template's mark.
 */
export const stringConcatenation: Fixer = {
  name: "string-concatenation",
  classes: ["invalid-expression"],
  propose({ place, names }, world): Proposal {
    if (place === undefined || names["why"] !== "operand") return null;
    const attribute = attributeAt(world.configuration, place);
    if (attribute === undefined) return null;
    const operands = sumAt(sumsIn(attribute), place);
    const [first, second] = operands ?? [];
    const last = operands?.at(-1);
    if (operands === undefined || first === undefined || last === undefined) return null;
    if (!isText(first) && !isText(second)) return null;
    const parts = operands.map(asPart);
    const hasComment = holdsComment(first.source.text.slice(first.start, last.end));
    // A mark at the end of one part and what follows it would be read together: `"$" + var.x` as `"$${var.x}"`.
    const isMark = parts.slice(0, -1).some((part) => part !== undefined && /[$%]$/.test(part));
    if (parts.includes(undefined) || hasComment || isMark) {
      const reason =
        "Strings are put together with +, and what they are in one template is not plain for all of its parts";
      return { kind: "unsure", reason, candidates: [] };
    }
    const edit = { file: place.file, start: first.start, end: last.end, text: `"${parts.join("")}"` };
    const sentence = "Terraform puts strings together in a template; + is for numbers alone.";
    return { kind: "edits", edits: [edit], sentence };
  },
};
