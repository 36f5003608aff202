import type { HclParser } from "@apex/generators-hcl";
import { nameKind } from "./body-names.ts";
import { type BrokenFile, syntaxErrors } from "./broken-file.ts";
import { isLaidOut } from "./layout.ts";
import { type Statement, statementsIn } from "./statements.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

/** Labels of the blocks that files hold. Source: Terraform language, internal/configs/parser_config.go's schema of files. */
const LABELS: ReadonlyMap<string, number> = new Map([
  ["resource", 2],
  ["data", 2],
  ["variable", 1],
  ["output", 1],
  ["module", 1],
  ["provider", 1],
  ["locals", 0],
  ["terraform", 0],
]);

/** Whether a statement reads as a block's header that ends with its line: of a known block of a file, or one word within a block. */
export function lacksBrace({ tokens, parents, opensBlock, startsLine, endsLine }: Statement): boolean {
  const [type, ...labels] = tokens;
  if (type?.kind !== "identifier" || opensBlock || !startsLine || !endsLine) return false;
  if (parents.length > 0) return labels.length === 0;
  return (
    labels.every(({ kind, closed }) => kind === "string" && closed) && LABELS.get(type.text) === labels.length
  );
}

/** Whether a text reads, and is indented as its brackets say. */
export function isWhole(parser: HclParser, text: string): boolean {
  return syntaxErrors(parser, text) === 0 && isLaidOut(text);
}

function slipOf(broken: BrokenFile, statement: Statement): readonly Slip[] {
  const { tokens, parents } = statement;
  const [type] = tokens;
  const last = tokens.at(-1);
  if (type === undefined || last === undefined || !broken.file.endsWith(".tf") || !lacksBrace(statement))
    return [];
  const isHeader = parents.length === 0 || nameKind(broken.world, parents, type.text) === "block";
  return isHeader ? [[edit(broken, last.end, last.end, " {")]] : [];
}

/**
 * A block's header alone on its line, without the brace that opens the block. Only where it is the one such line, the file reads with
 * the brace, and all of it is then indented as its brackets say.
 */
export const missingBrace = syntaxFixer("missing-brace", (broken) => {
  const [only, another] = statementsIn(broken).flatMap((statement) => slipOf(broken, statement));
  const [brace] = only ?? [];
  if (only === undefined || brace === undefined || another !== undefined) return null;
  const whole = broken.text.slice(0, brace.start) + brace.text + broken.text.slice(brace.end);
  return isWhole(broken.parser, whole)
    ? slips([only], "The header of a block is followed by its contents, and lacks the brace between them.")
    : null;
});
