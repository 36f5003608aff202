import type { z } from "zod";
import { framed, type Framing, inLine } from "./framed-data.ts";
import type { TOOL_ARGUMENTS } from "./model-tools.ts";
import type { Answer, ToolView } from "./tool-view.ts";

/** Lines of one answer. Ours: a file of ordinary size in two calls. */
const LINES_MAX = 400;
/** Characters of one answer: about 4,000 tokens. */
const CHARACTERS_MAX = 16_000;
/** Characters of one line. */
const LINE_MAX = 4000;
/** Paths that are named where one is not found. */
const PATHS_MAX = 40;

/** The configuration's own name of a path that a model wrote, `undefined` where there is no such file: nothing else is ever read. */
export function fileOf(path: string, files: ReadonlyMap<string, string>): string | undefined {
  const plain = path.replace(/^(\.\/)+/, "");
  return files.has(plain) ? plain : undefined;
}

/** Says which files there are. */
export function noSuchFile(files: ReadonlyMap<string, string>, framing: Framing): string {
  const names = [...files.keys()].toSorted().slice(0, PATHS_MAX);
  return `There is no such file in the configuration, and no other can be read or written. ${framed("files", names.join("\n"), framing)}`;
}

/** Lines of a file with their numbers, as data. `lineMax`: characters of a line that are shown. */
export function numberedLines(
  file: string,
  range: LineRange,
  { nonce, redact, text, lineMax }: Framing & { readonly text: string; readonly lineMax: number },
): string {
  // A secret may span lines: the whole text is redacted, then cut.
  const lines = redact(text).split("\n");
  const from = Math.max(1, range.from);
  const to = Math.min(lines.length, range.to);
  const shown = lines.slice(from - 1, to).map((line, index) => `${from + index}| ${cut(line, lineMax)}`);
  const label = `${inLine(file)} lines ${from}-${to} of ${lines.length}`;
  // What is shown is redacted already; doing so twice could hide what the first time put in.
  return framed(label, shown.join("\n"), { nonce, redact: (shownText) => shownText });
}

function cut(line: string, max: number): string {
  return line.length <= max ? line : `${line.slice(0, max)} … ${line.length - max} characters left out`;
}

/** Lines from 1, both included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** `read_file`. */
export function readLines(given: z.infer<typeof TOOL_ARGUMENTS.read_file>, view: ToolView): Answer {
  const { files } = view.world.configuration.source;
  const file = fileOf(given.path, files);
  const text = file === undefined ? undefined : files.get(file);
  if (file === undefined || text === undefined) return { ok: false, text: noSuchFile(files, view) };
  const { from_line: from, to_line: to } = given;
  if (from > to || from < 1) {
    return { ok: false, text: "from_line must be at least 1 and not after to_line." };
  }
  const count = text.split("\n").length;
  if (from > count) return { ok: false, text: `The file has ${count} lines.` };
  const shown = numberedLines(
    file,
    { from, to: Math.min(to, from + LINES_MAX - 1) },
    { ...view, text, lineMax: LINE_MAX },
  );
  if (shown.length <= CHARACTERS_MAX) return { ok: true, text: shown };
  return { ok: false, text: `These lines have more than ${CHARACTERS_MAX} characters. Ask for fewer.` };
}
