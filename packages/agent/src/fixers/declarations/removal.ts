import type { TextEdit } from "@apex/core";
import type { Located } from "@apex/generators-hcl/syntax";
import { textOf } from "@apex/generators-hcl/syntax";
import { tokenize } from "../syntax/tokens.ts";

/** A piece of code as its tokens: equal for pieces that differ in space and comments alone. */
export function normalised(located: Located): string {
  return tokenize(textOf(located))
    .filter(({ kind }) => kind !== "comment" && kind !== "newline")
    .map(({ text }) => text)
    .join(" ");
}

/** The start of the comment in the lines directly above a piece of code; that of its own line where there is none. */
function commentStart({ source, start }: Located): number {
  let at = source.lineStart(start);
  while (at > 0) {
    const above = source.lineStart(at - 1);
    if (!/^[ \t]*(?:#|\/\/|\/\*.*\*\/\s*$)/.test(source.text.slice(above, at))) break;
    at = above;
  }
  return at;
}

function commentsOf(located: Located): readonly string[] {
  const text = located.source.text.slice(commentStart(located), located.end);
  return tokenize(text).flatMap((token) => (token.kind === "comment" ? [token.text.trim()] : []));
}

/** Whether a piece of code has a comment in it or above it that another one, which stays, has not. */
export function losesComment(gone: Located, stays: Located): boolean {
  const left = new Set(commentsOf(stays));
  return commentsOf(gone).some((comment) => !left.has(comment));
}

/**
 * The edit that takes whole lines out, with the comment above them and one empty line that would be left double; `undefined` where
 * something else stands on them.
 */
export function removal(located: Located): TextEdit | undefined {
  const { source, start, end } = located;
  const { text, file } = source;
  const from = commentStart(located);
  const lineEnd = source.lineEnd(end);
  const isFirst = text.slice(source.lineStart(start), start).trim() === "";
  if (!isFirst || text.slice(end, lineEnd).trim() !== "") return undefined;
  const feed = text.indexOf("\n", lineEnd);
  const to = feed === -1 ? text.length : feed + 1;
  const before = /(?:^|\n)[ \t]*\r?\n$/.exec(text.slice(0, from));
  const isLast = text.slice(to).trim() === "";
  const follows = isLast || /^[ \t]*\r?\n/.test(text.slice(to));
  if (before === null || !follows) return { file, start: from, end: to, text: "" };
  const gap = before[0].startsWith("\n") ? before[0].length - 1 : before[0].length;
  return { file, start: from - gap, end: to, text: "" };
}
