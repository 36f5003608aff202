import type { BrokenFile } from "./broken-file.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

/** Text within heredocs and block comments is not code. */
function isCode({ tokens }: BrokenFile, at: number): boolean {
  return !tokens.some(
    ({ kind, start, end }) => (kind === "heredoc" || kind === "comment") && start < at && at < end,
  );
}

/** The lines that match, with where the next one starts. */
export function codeLines(
  broken: BrokenFile,
  pattern: RegExp,
): readonly { readonly start: number; readonly next: number; readonly text: string }[] {
  const lines: { start: number; next: number; text: string }[] = [];
  let start = 0;
  for (const line of broken.text.split(/(?<=\n)/)) {
    const next = start + line.length;
    if (pattern.test(line.trimEnd()) && isCode(broken, start)) lines.push({ start, next, text: line });
    start = next;
  }
  return lines;
}

/**
 * Lines of three backticks or tildes that a document or a language model left around the code. Only whole lines outside of heredocs and
 * comments; prose between them stays, and the file stays broken until somebody looks at it.
 */
export const markdownFence = syntaxFixer("markdown-fence", (broken) => {
  const fences = codeLines(broken, /^\uFEFF?[ \t]*(?:`{3,}|~{3,})[\w+-]*$/).map(
    ({ start, next }): Slip => [edit(broken, start, next, "")],
  );
  return slips(fences, "The lines with ``` are Markdown around the code and no part of it.");
});
