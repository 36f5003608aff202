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

function commentsOf(located: Located): readonly string[] {
  return tokenize(textOf(located)).flatMap(({ kind, text }) => (kind === "comment" ? [text.trim()] : []));
}

/** Whether a piece of code has a comment that another one, which stays, has not. */
export function losesComment(gone: Located, stays: Located): boolean {
  const left = new Set(commentsOf(stays));
  return commentsOf(gone).some((comment) => !left.has(comment));
}

/**
 * The edit that takes whole lines out, with one empty line that would be left double; `undefined` where something else stands on
 * them.
 */
export function removal({ source, start, end }: Located): TextEdit | undefined {
  const { text, file } = source;
  const from = source.lineStart(start);
  const lineEnd = source.lineEnd(end);
  if (text.slice(from, start).trim() !== "" || text.slice(end, lineEnd).trim() !== "") return undefined;
  const feed = text.indexOf("\n", lineEnd);
  const to = feed === -1 ? text.length : feed + 1;
  const before = /(?:^|\n)[ \t]*\r?\n$/.exec(text.slice(0, from));
  const isLast = text.slice(to).trim() === "";
  const follows = isLast || /^[ \t]*\r?\n/.test(text.slice(to));
  if (before === null || !follows) return { file, start: from, end: to, text: "" };
  const gap = before[0].startsWith("\n") ? before[0].length - 1 : before[0].length;
  return { file, start: from - gap, end: to, text: "" };
}
