import type { TextEdit } from "@apex/core";
import type { Block, Body } from "../syntax/expression.ts";
import type { SourceText } from "../syntax/source-text.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The comments of a piece of text that holds nothing but comments and white space; line comments without their line end. */
function commentsIn(source: SourceText, from: number, to: number): Range[] {
  const gap = source.text.slice(from, to);
  return Array.from(gap.matchAll(/\/\*[\s\S]*?\*\/|(?:#|\/\/)[^\n]*?(?=\r?\n|$)/g), (match) => ({
    start: from + match.index,
    end: from + match.index + match[0].length,
  }));
}

/** Where the last thing before a block ends; a comment that starts on its line may run on over it. */
function endBefore(block: Block, file: Body): number {
  const before = [...file.blocks, ...file.attributes].filter(({ end }) => end <= block.start);
  const last = Math.max(0, ...before.map(({ end }) => end));
  return last === 0 ? (/^\uFEFF?/.exec(block.source.text)?.[0].length ?? 0) : last;
}

/** A block with the comments that stand right above it, without an empty line between, and behind it on its last line. */
function withComments(block: Block, file: Body): Range {
  const { source } = block;
  const from = endBefore(block, file);
  let { start } = block;
  for (const comment of commentsIn(source, from, block.start).toReversed()) {
    const between = source.text.slice(comment.end, start);
    const isOnItsOwn = source.text.slice(source.lineStart(comment.start), comment.start).trim() === "";
    if (!isOnItsOwn || (between.match(/\n/g)?.length ?? 0) > 1) break;
    start = comment.start;
  }
  start = Math.max(from, source.lineStart(start));
  return { start, end: endWithComment(block) };
}

/** The end of a block's last line, or the start of a comment there that runs on over it. */
function endWithComment({ source, end }: Block): number {
  const lineEnd = source.lineEnd(end);
  if (!source.text.slice(end, lineEnd).includes("/*")) return lineEnd;
  const runsOn = commentsIn(source, end, source.text.length).find((comment) => comment.end > lineEnd);
  return runsOn !== undefined && runsOn.start < lineEnd ? runsOn.start : lineEnd;
}

/** The line break at `offset`: 0, 1 or 2 characters. */
function breakAt(source: SourceText, offset: number): number {
  return /^\r?\n/.exec(source.text.slice(offset, offset + 2))?.[0].length ?? 0;
}

/** The empty line after a range, else, at the end of the file, the one before it: one of two that would meet. */
function emptyLineBeside(source: SourceText, range: Range): Range | undefined {
  const { text } = source;
  const after = /^[ \t]*\r?\n/.exec(text.slice(range.end));
  if (after !== null) return { start: range.end, end: range.end + after[0].length };
  if (range.end < text.length) return undefined;
  const before = /\r?\n[ \t]*\r?\n$/.exec(text.slice(0, range.start));
  if (before === null) return undefined;
  const first = breakAt(source, before.index);
  return { start: before.index + first, end: range.start };
}

/**
 * The edits that take a top-level block out of its file: its lines, the comments attached to it, and one of the empty lines around
 * it. A comment above that an empty line separates stays, as does every other character.
 */
export function removeBlock(block: Block, file: Body): readonly TextEdit[] {
  const { source } = block;
  const own = withComments(block, file);
  // Terraform's formatter wants a line end in a file that holds nothing else.
  const isAll = source.text.slice(0, own.start).trim() === "" && source.text.slice(own.end).trim() === "";
  const lines = { start: own.start, end: own.end + (isAll ? 0 : breakAt(source, own.end)) };
  const empty = isAll ? undefined : emptyLineBeside(source, lines);
  return [lines, empty]
    .filter((range) => range !== undefined)
    .map(({ start, end }) => ({ file: source.file, start, end, text: "" }));
}
