import { statementsIn } from "./statements.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

/**
 * A `for` expression without its brackets as the value of an argument, on one line: `[` and `]` where it makes elements, `{` and `}` where
 * `=>` says that it makes keys and values.
 */
export const bareFor = syntaxFixer("bare-for", (broken) => {
  const found = statementsIn(broken).flatMap(({ tokens, opensBlock, endsLine }): Slip[] => {
    const [name, sign, word, item] = tokens;
    const last = tokens.at(-1);
    const isFor =
      name?.kind === "identifier" &&
      sign?.text === "=" &&
      word?.text === "for" &&
      item?.kind === "identifier";
    if (!isFor || last === undefined || opensBlock || !endsLine) return [];
    if (broken.text.slice(name.start, last.end).includes("\n")) return [];
    const own = tokens.filter(({ depth }) => depth === word.depth);
    if (!own.some(({ text }) => text === "in") || !own.some(({ text }) => text === ":")) return [];
    const [open, close] = own.some(({ text }) => text === "=>") ? ["{ ", " }"] : ["[", "]"];
    return [[edit(broken, word.start, word.start, open), edit(broken, last.end, last.end, close)]];
  });
  return slips(found, "A for expression stands in brackets.");
});

/** `=` where `{ for … : key => value }` has its arrow, which is the only sign that can stand there. */
export const forArrow = syntaxFixer("for-arrow", (broken) => {
  const tokens = broken.tokens.filter(({ kind }) => kind !== "comment" && kind !== "newline");
  const found = tokens.flatMap((open, index): Slip[] => {
    if (open.opens !== "object" || tokens[index + 1]?.text !== "for") return [];
    const end = tokens.findIndex(({ depth }, at) => at > index && depth <= open.depth);
    const own = tokens
      .slice(index + 1, end === -1 ? index + 1 : end)
      .filter(({ depth }) => depth === open.depth + 1);
    const colon = own.findIndex(({ text }) => text === ":");
    const signs = own.slice(colon + 1).filter(({ text }) => text === "=" || text === "=>");
    const [sign] = signs;
    if (colon === -1 || sign?.text !== "=" || signs.length > 1) return [];
    return [[edit(broken, sign.start, sign.end, "=>")]];
  });
  return slips(found, "The key of a for expression is tied to its value with =>.");
});
