import type { TextEdit } from "@apex/core";
import { diffLines } from "diff";

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length += 1;
  return length;
}

function commonEnd(a: string, b: string, most: number): number {
  let length = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  return length;
}

/** What of a region differs: without what both begin and end with. */
function trimmed(edit: TextEdit, before: string): TextEdit {
  const { file, start, end, text } = edit;
  const head = commonStart(before, text);
  const tail = commonEnd(before, text, Math.min(before.length, text.length) - head);
  return { file, start: start + head, end: end - tail, text: text.slice(head, text.length - tail) };
}

/** Edits that make `after` of `before`: one for each region of lines that differ, no larger than what differs in it. */
export function textDifference(file: string, before: string, after: string): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let removed = "";
  let added = "";
  const close = (): void => {
    if (removed !== "" || added !== "") {
      const edit = { file, start: at - removed.length, end: at, text: added };
      edits.push(trimmed(edit, removed));
    }
    removed = "";
    added = "";
  };
  for (const { value, added: isAdded, removed: isRemoved } of diffLines(before, after)) {
    if (isAdded) {
      added += value;
      continue;
    }
    if (!isRemoved) close();
    at += value.length;
    if (isRemoved) removed += value;
  }
  close();
  return edits;
}
