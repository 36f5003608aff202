import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

/**
 * The opening brace of a block on the line after its header. Only after a line that holds nothing but a type and its
 * labels.
 */
export const braceOnNextLine = syntaxFixer("brace-on-next-line", (broken) => {
  const header =
    /^[ \t]*[\p{L}_][\p{L}\p{N}_-]*(?:[ \t]+(?:"[^"\\\n]*"|[\p{L}_][\p{L}\p{N}_-]*))*[ \t]*\r?$/u;
  const tokens = broken.tokens.filter(({ kind }) => kind !== "comment");
  const found = tokens.flatMap((token, index): Slip[] => {
    const before = tokens[index - 1];
    const label = tokens[index - 2];
    if (token.text !== "{" || token.kind !== "symbol" || before?.kind !== "newline" || label === undefined)
      return [];
    const { source, text } = broken;
    const lineStart = source.lineStart(label.start);
    if (label.kind === "newline" || !header.test(text.slice(lineStart, before.start))) return [];
    return [[edit(broken, label.end, token.start, " ")]];
  });
  return slips(found, "A block's brace opens on the line of its header.");
});
