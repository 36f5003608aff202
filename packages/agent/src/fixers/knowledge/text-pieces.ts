import type { TextEdit } from "@apex/core";
import type { Attribute, Block, Located, SourceText } from "@apex/generators-hcl/syntax";

/** An edit of a piece of a file. */
export function replaced({ source, start, end }: Located, text: string): TextEdit {
  return { file: source.file, start, end, text };
}

/** The white space that a line starts with. */
export function indentAt(source: SourceText, offset: number): string {
  const start = source.lineStart(offset);
  return /^[ \t]*/.exec(source.text.slice(start, offset))?.[0] ?? "";
}

/** Whether only white space stands before a piece on its first line, and a comment at most after it on its last. */
function hasOwnLines({ source, start, end }: Located): boolean {
  const before = source.text.slice(source.lineStart(start), start);
  const after = source.text.slice(end, source.lineEnd(end));
  return /^[\s\uFEFF]*$/.test(before) && /^\s*(#.*|\/\/.*)?$/.test(after);
}

/** Takes an attribute or block away, with its lines and the comment after it where they hold nothing else. */
export function removed(piece: Located): TextEdit {
  const { source, start, end } = piece;
  if (!hasOwnLines(piece)) return replaced(piece, "");
  const lineEnd = source.lineEnd(end);
  const feed = source.text.indexOf("\n", lineEnd);
  return {
    file: source.file,
    start: source.lineStart(start),
    end: feed === -1 ? source.text.length : feed + 1,
    text: "",
  };
}

/** Whether the line before or after has its equals sign in the same column, as `terraform fmt` aligns them. */
function isAligned(source: SourceText, equals: number): boolean {
  const start = source.lineStart(equals);
  const before = start === 0 ? "" : source.text.slice(source.lineStart(start - 1), start - 1);
  const feed = source.text.indexOf("\n", equals);
  const after = feed === -1 ? "" : source.text.slice(feed + 1, source.lineEnd(feed + 1));
  return [before, after].some((line) => /^[^=]*/.exec(line)?.[0].length === equals - start && line !== "");
}

/** Another name in `name = value`; the equals sign keeps its column where others stand in it and there is room. */
export function renamedAttribute({ source, start, name }: Attribute, to: string): TextEdit {
  const end = start + name.length;
  const room = /^ */.exec(source.text.slice(end))?.[0].length ?? 0;
  const isAlone = room <= 1 && !isAligned(source, end + room);
  const kept = isAlone ? room : Math.max(1, room - (to.length - name.length));
  return { file: source.file, start, end: end + room, text: `${to}${" ".repeat(kept)}` };
}

/** Where a block's body ends, for lines to be put in before its closing brace. `null` for `{}` and `{ a = 1 }` on one line. */
function bodyEnd({ source, open, close }: Block): { readonly at: number; readonly indent: string } | null {
  const start = source.lineStart(close);
  if (start <= open || !/^[ \t]*$/.test(source.text.slice(start, close))) return null;
  return { at: start, indent: `${source.text.slice(start, close)}  ` };
}

/** An argument after the last one of a body, its equals sign under that one's where there is room; else before the closing brace. */
export function insertedArgument(block: Block, name: string, value: string): TextEdit {
  const last = block.body.attributes.at(-1);
  const isHeredoc = last?.value.kind === "template" && last.value.heredoc;
  if (last === undefined || isHeredoc || bodyEnd(block) === null)
    return appended(block, [`${name} = ${value}`]);
  const { source, start, end } = last;
  const lineStart = source.lineStart(start);
  const equals = source.text.indexOf("=", start + last.name.length) - lineStart;
  const indent = indentAt(source, start);
  const room = equals - indent.length - name.length;
  const at = source.lineEnd(end);
  const text = `${source.lineBreak(start)}${indent}${name}${" ".repeat(Math.max(1, room))}= ${value}`;
  return { file: source.file, start: at, end: at, text };
}

/** Arguments at the end of a block's body, one line each, given as `name = value`; the block may be on one line. */
export function appended(block: Block, lines: readonly string[]): TextEdit {
  const { source, open, close } = block;
  const end = bodyEnd(block);
  const feed = source.lineBreak(open);
  if (end !== null) {
    const text = lines.map((line) => `${end.indent}${line}${feed}`).join("");
    return { file: source.file, start: end.at, end: end.at, text };
  }
  const indent = indentAt(source, block.start);
  const old = source.text.slice(open + 1, close).trim();
  const all = [...(old === "" ? [] : [old]), ...lines];
  const text = `${feed}${all.map((line) => `${indent}  ${line}${feed}`).join("")}${indent}`;
  return { file: source.file, start: open + 1, end: close, text };
}
