import { nameKind } from "./body-names.ts";
import type { BrokenFile } from "./broken-file.ts";
import { type Statement, statementsIn } from "./statements.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

function slipOf(broken: BrokenFile, statement: Statement): readonly Slip[] {
  const { tokens, parents, opensBlock, startsLine, endsLine } = statement;
  const [name, value] = tokens;
  if (name?.kind !== "identifier" || value === undefined || opensBlock || !startsLine || !endsLine) return [];
  const startsValue =
    value.kind === "string" ||
    value.kind === "number" ||
    value.kind === "identifier" ||
    value.kind === "heredoc" ||
    value.text === "[";
  // `name [` could be an index of something: only with a space before it is it a value.
  if (!startsValue || value.start === name.end) return [];
  if (tokens.some(({ text, context }) => text === "=" && context === name.context)) return [];
  if (nameKind(broken.world, parents, name.text) !== "argument") return [];
  return [[edit(broken, value.start, value.start, "= ")]];
}

/**
 * `name "value"` without its equals sign. Only where the name is an argument of that body, by the provider's schema or by Terraform's
 * own language, and alone on its line with something that reads as one value.
 */
export const missingEquals = syntaxFixer("missing-equals", (broken) =>
  slips(
    statementsIn(broken).flatMap((statement) => slipOf(broken, statement)),
    'The name is an argument of this body, which needs "=" before its value.',
  ),
);
