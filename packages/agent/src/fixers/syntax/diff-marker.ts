import { codeLines } from "./markdown-fence.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

/**
 * `+` at the start of lines that were pasted out of a diff. Not where lines start with `-` as well or a diff's headers stand there:
 * which side is meant is then somebody's decision; nor where a heredoc or comment of several lines stands in the file, whose lines may
 * have the mark or mean it.
 */
export const diffMarker = syntaxFixer("diff-marker", (broken) => {
  const added = codeLines(broken, /^\+(?:[ \t]*$|[ \t]*[\p{L}_"}\])#/])/u);
  if (added.length === 0) return null;
  const others = codeLines(broken, /^(?:-|@@|\+\+\+)/);
  if (others.length > 0) {
    return {
      kind: "unsure",
      reason: "The file holds both sides of a diff, and which one is meant is not said",
      candidates: [],
    };
  }
  const isMixed = broken.tokens.some(
    ({ kind, text }) => (kind === "heredoc" || kind === "comment") && text.includes("\n"),
  );
  if (isMixed) return null;
  const found = added.map(({ start }): Slip => [edit(broken, start, start + 1, "")]);
  return slips(found, 'The "+" at the start of lines marks what a diff adds and is no part of the code.');
});
