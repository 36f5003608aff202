import type { Configuration } from "@apex/generators-hcl";
import { directoryOf } from "@apex/generators-hcl";
import type { TextChange, Violation } from "../guard.ts";
import type { Named } from "../named.ts";
import { tokensOf } from "../tokens.ts";

/** Lines that a repair may change in all, removed and added ones counted. Ours: twice what the largest repair of our cases takes. */
const CHANGED_LINES_MAX = 80;

/** Characters by which a file may grow or shrink. */
const CHARACTERS_MAX = 16_000;

/** What a reader does not see, or sees in another place: controls, zero-width and bidirectional characters, tags. Source: Unicode TR36. */
const UNSEEN = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/gu;

/** Comments that switch off a check of some tool. Sources: the documentation of checkov, tfsec/trivy, tflint, terrascan, KICS, Semgrep. */
const SUPPRESSION =
  /(?:checkov:skip|tfsec:ignore|trivy:ignore|tflint-ignore|ts:skip|kics-scan|nosemgrep|infracost-ignore)/g;

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Whether a file may be edited at all: inside the project, HCL, and no copy of somebody else's module. */
function isEditable(file: string): boolean {
  const steps = file.replace(/^(?:\.\.\/)+/, "").split("/");
  const isPlain = steps.every(
    (step) => step !== "" && step !== "." && step !== ".." && step !== ".terraform",
  );
  return /\.(?:tf|tfvars)$/.test(file) && isPlain && !/^[A-Za-z]:|[\\\0]/.test(file);
}

/** The lines that one text has and the other has not, each as often as it has it more. */
function surplus(lines: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  let more = 0;
  for (const line of lines) {
    const rest = left.get(line) ?? 0;
    if (rest === 0) more++;
    else left.set(line, rest - 1);
  }
  return more;
}

function contentRules(file: string, before: string, after: string): readonly Violation[] {
  const violations: Violation[] = [];
  if (count(after, UNSEEN) > count(before, UNSEEN)) {
    const sentence = `${file} would hold characters that a reader does not see`;
    violations.push({ rule: "outside-intention", sentence, file });
  }
  const comments = (text: string): string =>
    tokensOf(text)
      .filter(({ kind }) => kind === "comment")
      .map((token) => token.text)
      .join("\n");
  if (count(comments(after), SUPPRESSION) > count(comments(before), SUPPRESSION)) {
    const sentence = `${file} would hold a comment that switches off a check`;
    violations.push({ rule: "protection-weakened", sentence, file });
  }
  return violations;
}

/** The files whose texts differ, and those that one configuration alone has. */
export function changedFilesOf({
  original,
  edited,
}: Pick<TextChange, "original" | "edited">): readonly string[] {
  const [before, after] = [original.source.files, edited.source.files];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
}

function lineCount({ original, edited }: TextChange, files: readonly string[]): readonly Violation[] {
  let lines = 0;
  const violations: Violation[] = [];
  for (const file of files) {
    const [before, after] = [original, edited].map(({ source }) => source.files.get(file) ?? "");
    const [old, now] = [(before ?? "").split("\n"), (after ?? "").split("\n")];
    lines += surplus(old, now) + surplus(now, old);
    if (Math.abs((before ?? "").length - (after ?? "").length) > CHARACTERS_MAX) {
      const sentence = `${file} would grow or shrink by more than ${CHARACTERS_MAX} characters`;
      violations.push({ rule: "too-large", sentence, file });
    }
  }
  if (lines > CHANGED_LINES_MAX) {
    const sentence = `The change takes ${lines} lines; a repair may take ${CHANGED_LINES_MAX}`;
    violations.push({ rule: "too-large", sentence });
  }
  return violations;
}

/** A variables file that is read, or a file that a module of the given directory reads. */
function isNamedFile(file: string, named: Named, original: Configuration): boolean {
  if (file.endsWith(".tfvars")) {
    // What another run is given (`prod.tfvars`) has no part in this one, and no plan shows what becomes of it.
    const isRead = [...original.assignments.values()].some(
      (assignment) => assignment.kind === "file" && assignment.value.source.file === file,
    );
    return (
      isRead ||
      named.problems.some(({ place, diagnostic }) => (place?.file ?? diagnostic.range?.filename) === file)
    );
  }
  const directories = named.problems.map(({ place, diagnostic }) =>
    directoryOf(place?.file ?? diagnostic.range?.filename ?? ""),
  );
  const directory = directoryOf(file);
  const called = [...original.modules.values()].flatMap(({ calls }) => [...calls.values()]);
  // A problem of a call is mended in the module, or in the call: either is next to the other.
  return (
    directories.includes(directory) ||
    called.some(
      (call) =>
        (call.directory === directory && directories.includes(directoryOf(call.block.source.file))) ||
        (directoryOf(call.block.source.file) === directory && directories.includes(call.directory ?? "")),
    )
  );
}

/** Which files are changed, by how much, and by what characters. */
export function fileRules(change: TextChange, named: Named): readonly Violation[] {
  const { original, edited, files } = change;
  const changed = changedFilesOf(change);
  const each = changed.flatMap((file): readonly Violation[] => {
    const [before, after] = [original.source.files.get(file), edited.source.files.get(file)];
    const outside = (sentence: string): Violation[] => [{ rule: "outside-intention", sentence, file }];
    if (before === undefined) return outside(`${file} would be a new file`);
    if (after === undefined) return outside(`${file} would be removed`);
    if (!isEditable(file)) return outside(`${file} is no .tf or .tfvars file of this project`);
    if (files !== undefined && !files.includes(file))
      return outside(`${file} is not among the files to be edited`);
    if (files === undefined && !isNamedFile(file, named, original))
      return outside(`${file} has no part in any of the problems`);
    return contentRules(file, before, after);
  });
  return [...each, ...lineCount(change, changed)];
}
