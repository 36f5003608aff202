import { editDistance, type TextEdit } from "@apex/core";
import { applyTextEdits } from "@apex/generators-hcl";
import { SourceText } from "@apex/generators-hcl/syntax";
import { framed, inLine, INVISIBLE } from "./framed-data.ts";
import { fileOf, noSuchFile } from "./read-lines.ts";
import type { ToolView } from "./tool-view.ts";

/** One replacement as a model writes it. */
export interface WrittenEdit {
  readonly path: string;
  readonly old_text: string;
  readonly new_text: string;
}

/** What a proposal comes to: all edits, or why none is made. */
export type Proposed =
  | { readonly kind: "edits"; readonly edits: readonly TextEdit[] }
  | { readonly kind: "refused"; readonly text: string };

/** Replacements of one proposal. Ours: the guards allow 80 changed lines. */
const EDITS_MAX = 20;
/** Characters of one replacement. */
const TEXT_MAX = 8000;
/** How texts in place of secrets begin, as the redactor writes them. */
const PLACEHOLDER = "«secret-";
/** Lines on each side of the nearest ones that are quoted. */
const CONTEXT_LINES = 3;
/** Lines that are quoted for those that were looked for, and characters of each line. */
const QUOTED_LINES_MAX = 20;
const LINE_MAX = 300;
/** Lines of a file that are compared, and characters of each: distances take time with the square. */
const COMPARED_LINES_MAX = 2000;
const COMPARED_CHARACTERS_MAX = 120;

/** A text that adds what no reviewer sees, or half a character: neither is what anybody meant. */
function isOdd(text: string, before: string): boolean {
  const known = new Set(before.match(INVISIBLE));
  const plain = text.replaceAll("\r\n", "\n");
  return !text.isWellFormed() || (plain.match(INVISIBLE) ?? []).some((character) => !known.has(character));
}

/** `<U+200B>`, as files are shown, back to the character. */
function withCharacters(text: string): string {
  return text.replace(/<U\+([0-9A-F]{4,6})>/g, (written, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : written;
  });
}

/** A text with the line ends of a file. */
function withLineBreak(text: string, lineBreak: string): string {
  return text.replace(/\r?\n/g, lineBreak);
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1 && found.length < 10; at = text.indexOf(part, at + 1))
    found.push(at);
  return found;
}

/** A line for comparison: formatters move blanks, which models do not see to. */
function plainLine(line: string): string {
  return line.trim().replace(/\s+/g, " ").slice(0, COMPARED_CHARACTERS_MAX);
}

/** The lines of a file that are most like the first line with content of what was looked for. */
function nearestLines(file: string, text: string, wanted: string, view: ToolView): string {
  const lines = view.redact(text).split(/\r?\n/);
  const wantedLines = wanted.split(/\r?\n/);
  const target = plainLine(wantedLines.find((line) => line.trim() !== "") ?? "");
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [index, line] of lines.slice(0, COMPARED_LINES_MAX).entries()) {
    const distance = editDistance(target, plainLine(line));
    if (distance >= bestDistance) continue;
    best = index;
    bestDistance = distance;
  }
  const from = Math.max(0, best - CONTEXT_LINES);
  const count = Math.min(wantedLines.length, QUOTED_LINES_MAX);
  const shown = lines.slice(from, best + count + CONTEXT_LINES).map((line) => line.slice(0, LINE_MAX));
  const label = `${inLine(file)} lines ${from + 1}-${from + shown.length}`;
  return framed(label, shown.join("\n"), { nonce: view.nonce, redact: (shownText) => shownText });
}

/** Whether a model may know that a text is there: what is within a secret is not there for it, or it could ask letter by letter. */
function isShown(text: string, wanted: string, { redact }: ToolView): boolean {
  return redact(text).includes(wanted);
}

function notOnce(file: string, text: string, wanted: string, view: ToolView): string {
  const places = occurrences(text, wanted);
  if (places.length > 0 && isShown(text, wanted, view)) {
    const source = new SourceText(file, text);
    const lines = places.map((at) => source.position(at).line).join(", ");
    return `old_text occurs ${places.length === 10 ? "10 times or more" : `${places.length} times`} (lines ${lines}). Take more lines around it, so that it occurs once.`;
  }
  if (occurrences(view.redact(text), wanted).length > 0) {
    return "old_text holds a secret, which is not shown to you as it is written. Choose a text that ends before it: what is beside a secret can be edited, the secret cannot.";
  }
  return `old_text does not occur. It must be exact, blanks and all, without line numbers. The nearest lines are: ${nearestLines(file, text, wanted, view)}`;
}

function editOf(written: WrittenEdit, view: ToolView): Proposed {
  const refused = (text: string): Proposed => ({ kind: "refused", text });
  const { files } = view.world.configuration.source;
  const file = fileOf(written.path, files);
  const text = file === undefined ? undefined : files.get(file);
  if (file === undefined || text === undefined) return refused(noSuchFile(files, view));
  if (!/\.(tf|tfvars)$/.test(file)) return refused("Only .tf and .tfvars files can be edited.");
  if (written.old_text.length > TEXT_MAX || written.new_text.length > TEXT_MAX) {
    return refused(`A text of more than ${TEXT_MAX} characters is not taken. Make smaller edits.`);
  }
  if (written.old_text === "") {
    return refused(
      "old_text is empty. To insert, take the line before the place and write it again in new_text with the new lines.",
    );
  }
  if (written.new_text.includes(PLACEHOLDER)) {
    return refused(`new_text holds ${PLACEHOLDER}…, which stands for a secret: secrets stay where they are.`);
  }
  const lineBreak = new SourceText(file, text).lineBreak(0);
  const asWritten = withLineBreak(written.old_text, lineBreak);
  // A file may hold `<U+200B>` itself; the character is meant only where it does not.
  const old = text.includes(asWritten) ? asWritten : withCharacters(asWritten);
  const [start, ...others] = occurrences(text, old);
  if (start === undefined || others.length > 0 || !isShown(text, old, view)) {
    return refused(notOnce(file, text, old, view));
  }
  const newText = withLineBreak(written.new_text, lineBreak);
  const replacement = old === asWritten ? newText : withCharacters(newText);
  if (isOdd(replacement, text)) {
    return refused("new_text holds invisible characters or half a character. Write what can be read.");
  }
  if (replacement === old) return refused("old_text and new_text are the same.");
  return { kind: "edits", edits: [{ file, start, end: start + old.length, text: replacement }] };
}

/**
 * The edits that a model proposes, as replacements of places: each old text must be in its file exactly once. All or none.
 * Of line ends alone it need not know: they become the file's own.
 */
export function editsOf(written: readonly WrittenEdit[], view: ToolView): Proposed {
  const refused = (text: string): Proposed => ({ kind: "refused", text });
  if (written.length === 0) return refused("There is no edit in the proposal.");
  if (written.length > EDITS_MAX) return refused(`More than ${EDITS_MAX} edits are not taken at once.`);
  const edits: TextEdit[] = [];
  for (const [index, one] of written.entries()) {
    const proposed = editOf(one, view);
    if (proposed.kind === "refused") {
      return refused(`Edit ${index + 1} (${inLine(one.path, 100)}): ${proposed.text} No edit was made.`);
    }
    edits.push(...proposed.edits);
  }
  try {
    applyTextEdits(view.world.configuration.source.files, edits);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refused("Two edits of the proposal touch the same place. Make them one. No edit was made.");
  }
  return { kind: "edits", edits };
}
