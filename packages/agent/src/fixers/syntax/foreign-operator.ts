import type { BrokenFile } from "./broken-file.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";
import type { Token } from "./tokens.ts";

const WORDS: Readonly<Record<string, string>> = { and: "&&", or: "||", AND: "&&", OR: "||" };
const SIGNS: readonly (readonly [string, string, string])[] = [
  ["==", "=", "=="],
  ["!=", "=", "!="],
  ["<", ">", "!="],
];

function endsValue(token: Token | undefined): boolean {
  if (token === undefined || token.text === "not" || Object.hasOwn(WORDS, token.text)) return false;
  return ["identifier", "number", "string"].includes(token.kind) || /^[)\]}]$/.test(token.text);
}

function startsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return ["identifier", "number", "string"].includes(token.kind) || /^[([{!-]$/.test(token.text);
}

/** Where the operand of a `not` ends: a name with its steps, a call, parentheses. `undefined` before a comparison. */
function operandIsPlain(tokens: readonly Token[], at: number): boolean {
  let index = at;
  const depth = tokens[index]?.depth ?? 0;
  for (; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined || token.depth < depth) return true;
    if (token.depth > depth) continue;
    if (token.kind === "newline") return true;
    const isPart =
      token.text === "." || /^[()[\]]$/.test(token.text) || ["identifier", "number"].includes(token.kind);
    if (!isPart || Object.hasOwn(WORDS, token.text))
      return /^(?:&&|\|\||and|or|AND|OR|[?,:}])$/.test(token.text);
  }
  return true;
}

/** What stands between truths alone. */
const OF_TRUTHS: ReadonlySet<string> = new Set(["&&", "||", "?", ...Object.keys(WORDS)]);

/**
 * Whether the comparison at `index` can only be one, by what is beside it: the condition of `?`, of a `for`, of a check, or a part of
 * `&&`. Elsewhere `<>` may put two strings together, as Elixir and Haskell do.
 */
function isTruth(tokens: readonly Token[], index: number): boolean {
  const depth = tokens[index]?.depth ?? 0;
  for (const [at, token] of tokens.entries()) {
    if (at <= index || token.depth > depth) continue;
    if (token.depth < depth) return OF_TRUTHS.has(tokens[at + 1]?.text ?? "");
    if (OF_TRUTHS.has(token.text)) return true;
    if (token.kind === "newline" || token.text === ",") break;
  }
  for (let at = index - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token === undefined || token.depth < depth || token.kind === "newline" || token.text === ",") break;
    if (token.depth > depth) continue;
    if (OF_TRUTHS.has(token.text) || token.text === "if") return true;
    if (token.text === "condition" && tokens[at + 1]?.text === "=") return true;
  }
  return false;
}

function slipsOf(broken: BrokenFile): readonly Slip[] {
  const tokens = broken.tokens.filter(({ kind }) => kind !== "comment");
  return tokens.flatMap((token, index): Slip[] => {
    const [before, next] = [tokens[index - 1], tokens[index + 1]];
    if (token.kind === "identifier") {
      const word = Object.hasOwn(WORDS, token.text) ? WORDS[token.text] : undefined;
      if (word !== undefined && endsValue(before) && startsValue(next) && before?.text !== "=")
        return [[edit(broken, token.start, token.end, word)]];
      const isNot = token.text === "not" && startsValue(next) && !endsValue(before);
      const isFirst = before?.kind !== "newline" && before !== undefined;
      // `not a == b` is `!(a == b)` elsewhere, and `!a == b` is `(!a) == b` here.
      if (isNot && isFirst && next !== undefined && operandIsPlain(tokens, index + 1))
        return [[edit(broken, token.start, next.start, "!")]];
      return [];
    }
    const sign = SIGNS.find(
      ([first, second]) => token.text === first && next?.text === second && next.start === token.end,
    );
    if (sign === undefined || next === undefined || !endsValue(before)) return [];
    if (token.text === "<" && !isTruth(tokens, index)) return [];
    return startsValue(tokens[index + 2]) ? [[edit(broken, token.start, next.end, sign[2])]] : [];
  });
}

/**
 * `and`, `or`, `not`, `===`, `!==` and `<>` of other languages. `not` only before one value that no comparison follows, since it
 * binds looser there than `!` does here; `<>` only where a truth is wanted.
 */
export const foreignOperator = syntaxFixer("foreign-operator", (broken) =>
  slips(slipsOf(broken), 'Terraform writes these operators "&&", "||", "!", "==" and "!=".'),
);
