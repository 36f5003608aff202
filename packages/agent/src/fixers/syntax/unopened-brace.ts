import { syntaxErrors } from "./broken-file.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";
import { isLaidOut } from "./layout.ts";

/**
 * One closing brace too many, alone on a line at its start after all blocks are closed. Only where the file reads without it and all of
 * it is then indented as its brackets say: else it is another one that is too many, or an opening one that is missing.
 */
export const unopenedBrace = syntaxFixer("unopened-brace", (broken) => {
  let depth = 0;
  const found = broken.tokens.flatMap(({ text, kind, start, end }): Slip[] => {
    if (kind !== "symbol") return [];
    if (text === "{") depth++;
    if (text !== "}") return [];
    if (depth > 0) {
      depth--;
      return [];
    }
    const { source } = broken;
    const isAlone = source.lineStart(start) === start && source.lineEnd(end) === end;
    const feed = broken.text.indexOf("\n", end);
    return isAlone ? [[edit(broken, start, feed === -1 ? broken.text.length : feed + 1, "")]] : [];
  });
  const [only] = found;
  const [cut] = only ?? [];
  if (cut === undefined || found.length > 1) return null;
  const rest = broken.text.slice(0, cut.start) + broken.text.slice(cut.end);
  const isWhole = syntaxErrors(broken.parser, rest) === 0 && isLaidOut(rest);
  return isWhole ? slips(found, "All blocks are closed before this brace.") : null;
});
