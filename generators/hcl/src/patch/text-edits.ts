import { assert, type Edit, type TextEdit } from "@apex/core";
import { SourceText } from "../syntax/source-text.ts";

function compare(a: TextEdit, b: TextEdit): number {
  return a.start - b.start || a.end - b.end;
}

function byFile(textEdits: readonly TextEdit[]): Map<string, TextEdit[]> {
  const files = new Map<string, TextEdit[]>();
  for (const edit of textEdits) {
    const list = files.get(edit.file);
    if (list === undefined) files.set(edit.file, [edit]);
    else list.push(edit);
  }
  return files;
}

/**
 * The edits of one file in order, equal ones once. Insertions at one place keep the order they are given in.
 * Throws a RangeError for edits that overlap or leave the text.
 */
function ordered(file: string, text: string, edits: readonly TextEdit[]): TextEdit[] {
  const result: TextEdit[] = [];
  for (const edit of edits.toSorted(compare)) {
    if (!(edit.start >= 0 && edit.start <= edit.end && edit.end <= text.length))
      throw new RangeError(`edit [${edit.start}, ${edit.end}) leaves ${file} (${text.length} characters)`);
    const isEqual = (other: TextEdit): boolean =>
      other.start === edit.start && other.end === edit.end && other.text === edit.text;
    if (result.some(isEqual)) continue;
    const last = result.at(-1);
    if (last !== undefined && edit.start < last.end)
      throw new RangeError(`edits of ${file} overlap at ${edit.start}`);
    if (last !== undefined && last.start === edit.start && last.end === edit.end && edit.end > edit.start)
      throw new RangeError(`edits of ${file} overlap at ${edit.start}`);
    result.push(edit);
  }
  return result;
}

/**
 * The files after the edits; files without one are the same strings as before. Offsets are UTF-16 code units of the
 * text before any edit. Throws a RangeError for overlapping edits, an unknown file or a place outside of the text.
 */
export function applyTextEdits(
  files: ReadonlyMap<string, string>,
  textEdits: readonly TextEdit[],
): ReadonlyMap<string, string> {
  const result = new Map(files);
  for (const [file, edits] of byFile(textEdits)) {
    const text = files.get(file);
    if (text === undefined) throw new RangeError(`there is no file ${file} to edit`);
    const pieces: string[] = [];
    let at = 0;
    for (const edit of ordered(file, text, edits)) {
      pieces.push(text.slice(at, edit.start), edit.text);
      at = edit.end;
    }
    pieces.push(text.slice(at));
    result.set(file, pieces.join(""));
  }
  return result;
}

/** The edits as a reviewer sees them: whole lines before and after, neighbouring ones together. */
export function reviewEdits(files: ReadonlyMap<string, string>, textEdits: readonly TextEdit[]): Edit[] {
  return [...byFile(textEdits)].flatMap(([file, edits]) => {
    const text = files.get(file);
    assert(text !== undefined, `edit of a file that was not given: ${file}`);
    const source = new SourceText(file, text);
    return groupByLines(source, ordered(file, text, edits)).map((group) => reviewEdit(source, group));
  });
}

interface LineGroup {
  readonly start: number;
  readonly end: number;
  readonly edits: readonly TextEdit[];
}

function groupByLines(source: SourceText, edits: readonly TextEdit[]): LineGroup[] {
  const groups: LineGroup[] = [];
  for (const edit of edits) {
    const start = source.lineStart(edit.start);
    const end = source.lineEnd(edit.end);
    const last = groups.at(-1);
    if (last !== undefined && start <= last.end) {
      groups[groups.length - 1] = {
        start: last.start,
        end: Math.max(end, last.end),
        edits: [...last.edits, edit],
      };
    } else {
      groups.push({ start, end, edits: [edit] });
    }
  }
  return groups;
}

function reviewEdit(source: SourceText, group: LineGroup): Edit {
  const { text, file } = source;
  let after = "";
  let at = group.start;
  for (const edit of group.edits) {
    after += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  after += text.slice(at, group.end);
  const before = text.slice(group.start, group.end);
  const plain = (lines: string): string => lines.replaceAll("\r\n", "\n");
  const { line } = source.position(group.start);
  // Whole lines added after a line that stays as it is: only what is new is shown.
  if (after.startsWith(before) && /^\r?\n/.test(after.slice(before.length))) {
    const lines = before === "" && group.start === 0 ? 0 : 1;
    return {
      file,
      line: line + lines + (before.match(/\n/g)?.length ?? 0),
      before: "",
      after: plain(after.slice(before.length)).replace(/^\n/, ""),
    };
  }
  // Whole lines taken out before a line that stays as it is: only what goes is shown.
  const goes = before.slice(0, before.length - after.length);
  if (goes.endsWith("\n") && before.endsWith(after)) {
    return { file, line, before: plain(goes).replace(/\n$/, ""), after: "" };
  }
  return { file, line, before: plain(before), after: plain(after) };
}
