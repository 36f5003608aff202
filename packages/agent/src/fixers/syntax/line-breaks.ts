import type { BrokenFile } from "./broken-file.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";
import type { Token } from "./tokens.ts";

function indentationAt({ source }: BrokenFile, offset: number): string {
  return /^[ \t]*/.exec(source.text.slice(source.lineStart(offset)))?.[0] ?? "";
}

interface BlockTokens {
  readonly open: Token;
  readonly close: Token;
  /** What stands directly in it, in order, with comments and line breaks. */
  readonly inner: readonly Token[];
}

function blocksOf({ tokens, text }: BrokenFile): readonly BlockTokens[] {
  return tokens.flatMap((open, index): BlockTokens[] => {
    // A brace in the middle of a word is no block's.
    if (open.opens !== "block" || !/[\s"]/.test(text[open.start - 1] ?? "")) return [];
    const end = tokens.findIndex(
      ({ depth, text, kind }, at) => at > index && depth === open.depth && text === "}" && kind === "symbol",
    );
    const close = tokens[end];
    const isWhole =
      close !== undefined && tokens.slice(index + 1, end).every(({ depth }) => depth > open.depth);
    return isWhole ? [{ open, close, inner: tokens.slice(index + 1, end) }] : [];
  });
}

/** Where the statements of a block start: after its brace, a line break, a separator, and before `name =` in a line. */
function startsIn({ open, inner }: BlockTokens): readonly Token[] {
  const own = open.depth + 1;
  return inner.filter((token, at) => {
    if (token.depth !== own || token.kind !== "identifier") return false;
    const before = inner[at - 1];
    const after = inner[at + 1];
    if (before === undefined || before.kind === "newline") return true;
    const isSeparated = before.text === "," || before.text === ";" || before.text === "}";
    const isSet = after?.text === "=" && after.depth === own;
    const opensBlock = after?.opens === "block";
    return (isSet || (opensBlock && isSeparated)) && before.text !== "=";
  });
}

function slipOf(broken: BrokenFile, block: BlockTokens): Slip | undefined {
  const { open, close, inner } = block;
  const { text, source } = broken;
  const starts = startsIn(block);
  if (inner.some(({ kind }) => kind === "comment")) return undefined;
  const isOneLine = !text.slice(open.start, close.start).includes("\n");
  if (
    starts.length === 0 ||
    (isOneLine && starts.length === 1 && !inner.some(({ opens }) => opens === "block"))
  )
    return undefined;
  const lineBreak = source.lineBreak(open.start);
  const outer = indentationAt(broken, open.start);
  const edits = starts.flatMap((start) => {
    const before = text.slice(0, start.start).trimEnd();
    if (text.slice(before.length, start.start).includes("\n")) return [];
    const separator = /[,;]$/.test(before) ? 1 : 0;
    const at = separator === 1 ? before.slice(0, -1).trimEnd().length : before.length;
    return [edit(broken, at, start.start, `${lineBreak}${outer}  `)];
  });
  const last = text.slice(0, close.start).trimEnd();
  const closesLate = text.slice(last.length, close.start).includes("\n");
  const isTrailing = /[,;]$/.test(last);
  const end = isTrailing ? last.slice(0, -1).trimEnd().length : last.length;
  if (!closesLate) edits.push(edit(broken, end, close.start, `${lineBreak}${outer}`));
  return edits.length === 0 ? undefined : edits;
}

/**
 * Several arguments on one line of a block, separated by commas, semicolons or nothing. HCL wants each on its own line; where one
 * ends and the next starts is told by `name =`. Not where a comment stands in the block.
 */
export const lineBreaks = syntaxFixer("line-breaks", (broken) => {
  const found = blocksOf(broken)
    .map((block) => slipOf(broken, block))
    .filter((slip) => slip !== undefined);
  return slips(found, "Each argument of a block stands on a line of its own.");
});
