import type { Edit } from "@apex/core";

/** The files that one recommendation changes, with their new texts; or why its part cannot be told from the others'. */
export type CutChange =
  | { readonly kind: "cut"; readonly overlay: ReadonlyMap<string, string> }
  /** The files are no longer what the recommendation was made from. */
  | { readonly kind: "moved"; readonly file: string; readonly line: number };

/** Lines with the end that each has; what follows the last line end counts when it is not empty. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function bare(line: string): string {
  return line.replace(/\r?\n$/, "");
}

/** Lines in the words of a file: with its line ends, the last one without any where the text that they follow has none. */
function written(lines: readonly string[], end: string): readonly string[] {
  return lines.map((line) => `${line}${end}`);
}

/** An edit's lines; an insertion has none before. */
function editLines(text: string): readonly string[] {
  return text === "" ? [] : text.split("\n");
}

/**
 * A text with edits of it carried out. Lines count in the text before any of them. `undefined` where one does not find the lines that
 * it replaces, with its line; two that change the same line differently find that out too.
 */
function edited(
  text: string,
  edits: readonly Edit[],
): { readonly text: string } | { readonly failedLine: number } {
  const lines = linesOf(text);
  const end = lines[0]?.endsWith("\r\n") === true ? "\r\n" : "\n";
  const result: string[] = [];
  let next = 0;
  for (const edit of edits.toSorted((a, b) => a.line - b.line)) {
    const at = edit.line - 1;
    const before = editLines(edit.before);
    const isThere = before.every((line, index) => bare(lines[at + index] ?? "\0") === line);
    if (at < next || at > lines.length || !isThere) return { failedLine: edit.line };
    result.push(...lines.slice(next, at));
    // What is added after the last line needs that one to end.
    const last = result.at(-1);
    if (last !== undefined && !last.endsWith("\n")) result[result.length - 1] = `${last}${end}`;
    result.push(...written(edit.before === "" ? edit.after.split("\n") : editLines(edit.after), end));
    next = at + before.length;
  }
  result.push(...lines.slice(next));
  const whole = result.join("");
  return { text: text.endsWith("\n") || !whole.endsWith("\n") ? whole : whole.slice(0, -end.length) };
}

/** The same edit may serve several recommendations: one token decides for several machines. */
function distinct(edits: readonly Edit[]): readonly Edit[] {
  return [
    ...new Map(edits.map((edit) => [JSON.stringify([edit.line, edit.before, edit.after]), edit])).values(),
  ];
}

/** Carries out edits as reports keep them on the texts that they were made from, by file. */
export function cutChange(edits: readonly Edit[], before: ReadonlyMap<string, string>): CutChange {
  const overlay = new Map<string, string>();
  for (const [file, ofFile] of Map.groupBy(edits, ({ file }) => file)) {
    const text = before.get(file);
    const outcome =
      text === undefined ? { failedLine: ofFile[0]?.line ?? 1 } : edited(text, distinct(ofFile));
    if ("failedLine" in outcome) return { kind: "moved", file, line: outcome.failedLine };
    overlay.set(file, outcome.text);
  }
  return { kind: "cut", overlay };
}

/**
 * Whether the edits of all recommendations together make exactly what the patch makes of the files that `edits` touch: then each
 * one's own are known to be its part of the patch.
 */
export function addsUp(
  edits: readonly Edit[],
  all: readonly Edit[],
  texts: { readonly before: ReadonlyMap<string, string>; readonly patched: ReadonlyMap<string, string> },
): boolean {
  const files = new Set(edits.map(({ file }) => file));
  const whole = cutChange(
    all.filter(({ file }) => files.has(file)),
    texts.before,
  );
  if (whole.kind === "moved") return false;
  return [...files].every((file) => whole.overlay.get(file) === texts.patched.get(file));
}
