import { SourceText } from "@apex/generators-hcl/syntax";
import { statementsIn } from "./statements.ts";
import { type Token, tokenize } from "./tokens.ts";

function endsValue({ kind, text }: Token): boolean {
  return kind === "string" || kind === "number" || kind === "identifier" || /^[)\]}]$/.test(text);
}

/** `{ a = 1 b = 2 }`: an item of an object that starts on the line of the last one without a comma. */
function isJoinedItem(tokens: readonly Token[], index: number): boolean {
  const [before, key, sign] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  if (before === undefined || key?.context !== "object" || sign?.depth !== key.depth) return false;
  const isItem = (key.kind === "identifier" || key.kind === "string") && /^[=:]$/.test(sign.text);
  return isItem && before.depth === key.depth && endsValue(before) && !isForWord(tokens, index);
}

/** Whether the item belongs to `{ for … }`, whose colon ends its collection. */
function isForWord(tokens: readonly Token[], index: number): boolean {
  const depth = tokens[index]?.depth ?? 0;
  const opener = tokens.findLastIndex(
    (token, at) => at < index && token.opens !== undefined && token.depth === depth - 1,
  );
  const first = tokens.slice(opener + 1, index).find(({ kind }) => kind !== "newline");
  return first?.text === "for";
}

/** A block whose lines are not as HCL wants them: all of it on one line with one argument, or its braces at the end of lines. */
function isMisshapen(tokens: readonly Token[], open: number): boolean {
  const opener = tokens[open];
  if (opener?.opens !== "block") return false;
  if (tokens[open - 1]?.kind === "newline") return true;
  const end = tokens.findIndex(({ depth }, at) => at > open && depth <= opener.depth);
  if (end === -1) return false;
  const own = tokens.slice(open + 1, end).filter(({ depth }) => depth === opener.depth + 1);
  if (own.length === 0) return false;
  const breaks = own.filter(({ kind }) => kind === "newline").length;
  const isOnLines = own[0]?.kind === "newline" && own.at(-1)?.kind === "newline";
  const assignments = own.filter(({ text }) => text === "=").length;
  return !isOnLines && (breaks > 0 || assignments !== 1 || own.some(({ opens }) => opens === "block"));
}

/**
 * How often a line break is missing or too many, how many statements are none, and how many strings their lines cut off. HCL ends arguments and the items of objects with their line; the grammar
 * that the parser uses knows nothing of lines.
 */
export function lineErrors(text: string): number {
  const tokens = tokenize(text).filter(({ kind }) => kind !== "comment");
  const shapes = tokens.filter((_, index) => isJoinedItem(tokens, index) || isMisshapen(tokens, index));
  const statements = statementsIn({ tokens, source: new SourceText("piece.tf", text) });
  const halves = statements.filter(({ tokens: own, opensBlock }) => !opensBlock && own[1]?.text !== "=");
  const cut = tokens.filter(({ closed }) => !closed);
  return shapes.length + halves.length + cut.length;
}
