import { nameKind } from "./body-names.ts";
import type { BrokenFile } from "./broken-file.ts";
import { type Statement, statementsIn } from "./statements.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";
import type { Token } from "./tokens.ts";

const NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** The tokens of a foreign assignment sign after the name, `undefined` where there is none or nothing follows it. */
export function foreignSign([, first, second, third]: readonly Token[]):
  | { start: number; end: number }
  | undefined {
  if (first === undefined || second === undefined) return undefined;
  const isColonEquals = first.text === ":" && second.text === "=" && second.start === first.end;
  if (isColonEquals) return third === undefined ? undefined : { start: first.start, end: second.end };
  return [":", "=>", "=="].includes(first.text) ? first : undefined;
}

function slipsOf(broken: BrokenFile, { tokens, parents, opensBlock, endsLine }: Statement): readonly Slip[] {
  const [name, sign] = tokens;
  const last = tokens.at(-1);
  if (name === undefined || sign === undefined || last === undefined || opensBlock) return [];
  // At the top of a configuration there are blocks alone.
  if (parents.length === 0 && broken.file.endsWith(".tf")) return [];
  const isQuoted = name.kind === "string" && name.closed && NAME.test(name.text.slice(1, -1));
  if (!isQuoted && name.kind !== "identifier") return [];
  const found: Slip[] = [];
  const foreign = foreignSign(tokens);
  if (foreign === undefined && sign.text !== "=") return [];
  const bare = isQuoted ? name.text.slice(1, -1) : name.text;
  if (isQuoted) found.push([edit(broken, name.start, name.end, bare)]);
  if (foreign !== undefined) {
    const isBlock = nameKind(broken.world, parents, bare) === "block";
    // A colon before a block's brace is one too many; before a value it stands for the equals sign.
    if (isBlock) return [];
    found.push([edit(broken, foreign.start, foreign.end, foreign.start === name.end ? " =" : "=")]);
  }
  if (endsLine && (last.text === "," || last.text === ";")) {
    found.push([edit(broken, last.start, last.end, "")]);
  }
  return found;
}

/**
 * An argument written as in another language: `name: value`, `name := value`, `name => value`, `name == value`, `"name" = value`,
 * and a comma or semicolon at the line's end. Only where a statement of a body stands, outside of all brackets of
 * expressions, where none of these can mean anything else; never for the name of a block.
 */
export const assignmentSign = syntaxFixer("assignment-sign", (broken) =>
  slips(
    statementsIn(broken).flatMap((statement) => slipsOf(broken, statement)),
    'An argument is set with "=" alone and ends with its line.',
  ),
);
