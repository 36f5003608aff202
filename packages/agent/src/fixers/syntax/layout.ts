import { CLOSERS, type Token, tokenize } from "./tokens.ts";

/** Whether some lines of code are indented with tabs and others with spaces: which of them stand in one column is not known. */
function hasTabsAndSpaces(text: string, tokens: readonly Token[]): boolean {
  const used = new Set<string>();
  for (const [index, { kind, start }] of tokens.entries()) {
    if (kind === "newline" || tokens[index - 1]?.kind !== "newline") continue;
    for (const character of text.slice(text.lastIndexOf("\n", start - 1) + 1, start)) used.add(character);
  }
  return used.has("\t") && used.has(" ");
}

/**
 * Whether each line is indented as its brackets say: a closing bracket at the start of a line stands under the line that opened it,
 * what is directly in a body stands in one column, and deeper than the header. So a formatter leaves a file, and most people.
 */
export function isLaidOut(text: string): boolean {
  const tokens = tokenize(text).filter(({ kind }) => kind !== "comment");
  if (hasTabsAndSpaces(text, tokens)) return false;
  const indentation = (at: number): number =>
    /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1))?.[0].length ?? 0;
  const opened: { readonly bracket: Token; readonly indentation: number; column: number | undefined }[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "newline") continue;
    const startsLine = index === 0 || tokens[index - 1]?.kind === "newline";
    const own = indentation(token.start);
    while (opened.length > token.depth) {
      const closed = opened.pop();
      if (closed === undefined || token.text !== CLOSERS[closed.bracket.text]) return false;
      if (startsLine && closed.indentation !== own) return false;
    }
    const around = opened.at(-1);
    const isCloser = /^[)\]}]$/.test(token.text) && token.kind === "symbol";
    if (startsLine && !isCloser && around !== undefined) {
      if (own <= around.indentation) return false;
      if (around.bracket.opens === "block" && (around.column ??= own) !== own) return false;
    }
    if (startsLine && !isCloser && around === undefined && own !== 0) return false;
    if (token.opens !== undefined) opened.push({ bracket: token, indentation: own, column: undefined });
  }
  return opened.length === 0;
}
