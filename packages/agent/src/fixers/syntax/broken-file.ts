import type { TextEdit } from "@apex/core";
import type { HclParser } from "@apex/generators-hcl";
import { SourceText } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import type { World } from "../../world/world.ts";
import { lineErrors } from "./line-errors.ts";
import { isTopLevelHeader, type Token, tokenize } from "./tokens.ts";

/** A file that Terraform could not read, as the fixers of syntax look at it. */
export interface BrokenFile {
  readonly file: string;
  readonly text: string;
  readonly source: SourceText;
  readonly tokens: readonly Token[];
  readonly parser: HclParser;
  readonly world: World;
}

/** Longer files are not looked at: a trial reads the file several times. */
const TEXT_LENGTH_MAX = 1_000_000;

/** The last file, read once for all fixers that are asked about it. */
const read = new WeakMap<World["configuration"], Map<string, BrokenFile>>();

/** The file that a problem is in; `undefined` where its text is not known. */
export function brokenFile(problem: Problem, world: World): BrokenFile | undefined {
  const file = problem.place?.file;
  if (file === undefined || !/\.(?:tf|tfvars)$/.test(file)) return undefined;
  const { configuration } = world;
  const files = read.get(configuration) ?? new Map<string, BrokenFile>();
  read.set(configuration, files);
  const known = files.get(file);
  if (known !== undefined) return known;
  const text = configuration.source.files.get(file);
  if (text === undefined || text.length > TEXT_LENGTH_MAX) return undefined;
  const source = new SourceText(file, text);
  const broken = { file, text, source, tokens: tokenize(text), parser: configuration.parser, world };
  files.set(file, broken);
  return broken;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** How many syntax errors there are: those that the grammar finds, and those of lines, of which it knows nothing. */
export function syntaxErrors(parser: HclParser, text: string): number {
  const { diagnostics } = parser.parse("piece.tf", text);
  return diagnostics.filter(({ code }) => code === "hcl-syntax").length + lineErrors(text);
}

function wholeLines({ source }: BrokenFile, range: Range): Range {
  const end = source.text.indexOf("\n", range.end);
  return { start: source.lineStart(range.start), end: end === -1 ? source.text.length : end + 1 };
}

/** The lines of the statement (an attribute, a block's header) that holds a place, by the brackets around it. */
export function statementAround({ tokens, text }: BrokenFile, range: Range): Range {
  const isBody = ({ context }: Token): boolean => context === "file" || context === "block";
  let start = 0;
  let end = text.length;
  for (const token of tokens) {
    if (token.kind !== "newline" || !isBody(token)) continue;
    if (token.end <= range.start) start = token.end;
    else if (token.start >= range.end) {
      end = token.end;
      break;
    }
  }
  return { start, end };
}

/** From the header of the top-level block that holds a place to before the next one. */
export function topLevelAround({ text }: BrokenFile, range: Range): Range {
  let start = 0;
  let end = text.length;
  for (let at = 0; at < text.length; ) {
    if (isTopLevelHeader(text, at)) {
      if (at <= range.start) start = at;
      else if (at >= range.end) {
        end = at;
        break;
      }
    }
    const feed = text.indexOf("\n", at);
    at = feed === -1 ? text.length : feed + 1;
  }
  return { start, end };
}

function apply(text: string, edits: readonly TextEdit[], offset: number): string {
  let result = text;
  for (const edit of edits.toSorted((a, b) => b.start - a.start || b.end - a.end)) {
    result = result.slice(0, edit.start - offset) + edit.text + result.slice(edit.end - offset);
  }
  return result;
}

/**
 * Whether edits mend a broken piece of a file and change nothing else in it. The smallest piece of whole lines around the edits is
 * looked for (their lines, the statement, the top-level block) that has syntax errors as it is and, read by itself, has none after
 * the edits. A piece that reads by itself is complete: no bracket, string or heredoc of it reaches beyond. What is outside
 * of it is the same text as before and so means the same. The file must then not have more errors than it had, or than it has
 * without the piece: errors are counted by how the grammar finds its way after one, so that one less may show two others.
 */
export function mends(broken: BrokenFile, edits: readonly TextEdit[]): boolean {
  return mendedPiece(broken, edits) !== undefined;
}

/** Whether slips mend a piece together ({@link mends}) in which each of them alone, left out, would be an error. */
export function mendTogether(broken: BrokenFile, slips: readonly (readonly TextEdit[])[]): boolean {
  const piece = mendedPiece(broken, slips.flat());
  if (piece === undefined) return false;
  const before = broken.text.slice(piece.start, piece.end);
  return slips.every((slip) => {
    const others = slips.filter((other) => other !== slip).flat();
    return syntaxErrors(broken.parser, apply(before, others, piece.start)) > 0;
  });
}

/** Whether a string or heredoc of the same block was cut off before a place: what follows may be meant to be its text. */
function isInLostText(broken: BrokenFile, at: number): boolean {
  const { start } = topLevelAround(broken, { start: at, end: at });
  return broken.tokens.some((token) => !token.closed && token.start >= start && token.end <= at);
}

function mendedPiece(broken: BrokenFile, edits: readonly TextEdit[]): Range | undefined {
  if (edits.length === 0) return undefined;
  const { parser, text } = broken;
  const range = {
    start: Math.min(...edits.map(({ start }) => start)),
    end: Math.max(...edits.map(({ end }) => end)),
  };
  const lines = wholeLines(broken, range);
  const pieces = [lines, statementAround(broken, lines), topLevelAround(broken, lines)];
  const piece = pieces.find(({ start, end }) => {
    if (start > range.start || end < range.end) return false;
    const before = text.slice(start, end);
    return syntaxErrors(parser, apply(before, edits, start)) === 0 && syntaxErrors(parser, before) > 0;
  });
  if (piece === undefined || isInLostText(broken, piece.start)) return undefined;
  const after = syntaxErrors(parser, apply(text, edits, 0));
  const rest = text.slice(0, piece.start) + text.slice(piece.end);
  const isBetter = after <= syntaxErrors(parser, text) || after <= syntaxErrors(parser, rest);
  return isBetter ? piece : undefined;
}
