/** The longest comment GitHub takes is 65,536 characters; the rest is room for a caller's footer. */
export const MARKDOWN_LENGTH_MAX = 65_000;

/** Lines that may be cut in their middle when the document is too long; each is whole in itself (a table row, a list item). */
export interface CuttableLines {
  readonly lines: readonly string[];
  /** The line that stands for what was cut, in the same form as the others. */
  readonly cutLine: (count: number) => string;
}

/** A part of the document: text that stays, or lines that may be cut. */
export type MarkdownBlock = string | CuttableLines;

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** Removes lines from the middle until `excess` characters are gone, or all lines are. */
function cutMiddle(block: CuttableLines, excess: number): readonly string[] {
  if (block.lines.length === 0) return [];
  const wanted = excess + block.cutLine(block.lines.length).length + 1;
  let start = Math.floor(block.lines.length / 2);
  let end = start;
  let freed = 0;
  while (freed < wanted && end - start < block.lines.length) {
    const takesTail = start === 0 || (end < block.lines.length && end + start < block.lines.length);
    const line = takesTail ? block.lines[end++] : block.lines[--start];
    freed += (line?.length ?? 0) + 1;
  }
  return [...block.lines.slice(0, start), block.cutLine(end - start), ...block.lines.slice(end)];
}

/**
 * Joins the blocks with line ends. When that is longer than `max`, lines are cut from the last cuttable block first,
 * in its middle: the head of a document matters most, and first and last lines show what was there.
 */
export function fitMarkdown(blocks: readonly MarkdownBlock[], max: number = MARKDOWN_LENGTH_MAX): string {
  const parts = blocks.map((block) => (typeof block === "string" ? [block] : block.lines));
  let total = parts.reduce((sum, lines) => sum + lengthOf(lines), 0);
  for (let index = blocks.length - 1; index >= 0 && total > max; index--) {
    const block = blocks[index];
    if (block === undefined || typeof block === "string") continue;
    const cut = cutMiddle(block, total - max);
    total += lengthOf(cut) - lengthOf(block.lines);
    parts[index] = cut;
  }
  return parts
    .flat()
    .map((line) => `${line}\n`)
    .join("");
}
