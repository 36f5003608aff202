import { directoryOf } from "@apex/generators-hcl";
import { type Expression, expressionsIn, textOf } from "@apex/generators-hcl/syntax";
import { declarationsIn } from "../../world/declared.ts";
import { attributeAt, expressionAt } from "../../world/locate.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { positionalParameters } from "./shell-template.ts";

/** The heredocs of an expression, those within function calls included. */
function heredocsIn(expression: Expression): readonly Extract<Expression, { kind: "template" }>[] {
  const body = { attributes: [{ ...expression, name: "", value: expression }], blocks: [] };
  return [...expressionsIn({ body })].flatMap((one) => (one.kind === "template" && one.heredoc ? [one] : []));
}

/**
 * `${NAME}` of a shell in a script that Terraform takes for a reference of its own. Only in a heredoc whose own text sets that variable
 * (`NAME=…`, `for NAME in`, `read NAME`), in capitals, and where nothing of that name is declared. What Terraform reads as a number in
 * the same script, `${1}`, is the shell's then as well.
 */
export const shellVariable: Fixer = {
  name: "shell-variable",
  classes: ["invalid-reference"],
  propose({ place }, world): Proposal {
    if (place === undefined) return null;
    const { configuration } = world;
    const expression = expressionAt(configuration, place);
    const attribute = attributeAt(configuration, place);
    if (attribute === undefined || expression?.kind !== "root" || !/^[A-Z][A-Z0-9_]*$/.test(expression.name))
      return null;
    const { name, source, start, end } = expression;
    const heredoc = heredocsIn(attribute.value).find((one) => one.start < start && end < one.end);
    const isBare = source.text.slice(start - 2, start) === "${" && source.text[end] === "}";
    if (heredoc === undefined || !isBare) return null;
    const sets = new RegExp(`(?:^|[\\s;])(?:${name}=|for ${name} in\\b|read (?:-\\w+ )*${name}\\b)`);
    const isDeclared = declarationsIn(configuration, directoryOf(place.file)).some(
      (one) => one.name.toLowerCase() === name.toLowerCase(),
    );
    if (!sets.test(textOf(heredoc)) || isDeclared) return null;
    const others = positionalParameters(textOf(heredoc)).map((at) => heredoc.start + at);
    return {
      kind: "edits",
      edits: [start - 2, ...others].map((at) => ({ file: place.file, start: at, end: at, text: "$" })),
      sentence: `The script itself sets ${name}: it is the shell's, and is escaped for Terraform.`,
    };
  },
};
