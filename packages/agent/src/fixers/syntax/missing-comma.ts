import type { BrokenFile } from "./broken-file.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";
import type { Token } from "./tokens.ts";

/** Words of an expression between two values, in HCL or in languages that people think in. */
const WORDS: ReadonlySet<string> = new Set(["for", "in", "if", "else", "and", "or", "not", "is"]);

type ItemKind = "string" | "number" | "word" | "object" | "list" | "call";

/** What kind of value ends with a token. */
function endingKind(token: Token): ItemKind | undefined {
  if (token.kind === "string") return token.closed ? "string" : undefined;
  if (token.kind === "number") return "number";
  if (token.kind === "identifier") return WORDS.has(token.text) ? undefined : "word";
  if (token.text === "}") return "object";
  if (token.text === "]") return "list";
  return token.text === ")" ? "call" : undefined;
}

/** What kind of value starts with a token. A bracket after a value is its index or its arguments, a sign an operation. */
function startingKind(token: Token): ItemKind | undefined {
  if (token.kind === "string") return "string";
  if (token.kind === "number") return "number";
  if (token.kind === "identifier") return WORDS.has(token.text) ? undefined : "word";
  return token.text === "{" ? "object" : undefined;
}

/** Pairs of neighbours that are two items. Not `5 GB` or `jsonencode "x"`, which mean something else. */
function areTwoItems(before: Token, after: Token, hasBreak: boolean): boolean {
  if (mayBeOne(before, after, hasBreak)) return false;
  const [left, right] = [endingKind(before), startingKind(after)];
  if (left === undefined || right === undefined) return false;
  if (left === right) return true;
  if (left === "number" || right === "number") return false;
  if (left === "word" && !hasBreak) return false;
  return left !== "object" || right !== "word" || hasBreak;
}

/** Whether a string beside the place of a comma has it in its quotes, or a space where its next piece would go on. */
function holdsComma(before: Token, after: Token): boolean {
  // The first argument of `join` and `split` is often a comma.
  const isText = ({ kind, text, context }: Token): boolean =>
    kind === "string" && !(context === "paren" && /^"\W*"$/.test(text));
  return (isText(before) && /[,\s]"$/.test(before.text)) || (isText(after) && /^"\s*,/.test(after.text));
}

/** Whether two neighbours may be one value: a quote that is doubled to be text, a number in groups of three digits. */
function mayBeOne(before: Token, after: Token, hasBreak: boolean): boolean {
  if (before.end === after.start && before.text !== "}") return true;
  const isGroup = /^\d{3}$/.test(after.text) && (after.context === "paren" || after.text.startsWith("0"));
  return before.kind === "number" && isGroup && !hasBreak;
}

/** The opening bracket of what a token stands in. */
function openerOf(tokens: readonly Token[], index: number): Token | undefined {
  const depth = tokens[index]?.depth ?? 0;
  for (let at = index - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token?.opens !== undefined && token.depth === depth - 1) return token;
  }
  return undefined;
}

function isCall(tokens: readonly Token[], index: number): boolean {
  const opener = openerOf(tokens, index);
  const name = tokens[tokens.findIndex((token) => token === opener) - 1];
  return name?.kind === "identifier" && name.end === opener?.start;
}

/** Whether an item of an object starts here: a key and its sign. */
function startsObjectItem(tokens: readonly Token[], index: number): boolean {
  const [key, sign] = [tokens[index], tokens[index + 1]];
  const isKey = key?.kind === "identifier" || key?.kind === "string" || key?.text === "(";
  return isKey && (sign?.text === "=" || sign?.text === ":") && sign.context === key?.context;
}

function slipsOf(broken: BrokenFile): readonly Slip[] {
  const tokens = broken.tokens.filter(({ kind }) => kind !== "comment" && kind !== "newline");
  return tokens.flatMap((after, index): Slip[] => {
    const before = tokens[index - 1];
    if (before === undefined || before.depth !== after.depth || before.context !== after.context) return [];
    if (holdsComma(before, after)) return [];
    const hasBreak = broken.text.slice(before.end, after.start).includes("\n");
    const comma: Slip = [edit(broken, before.end, before.end, ",")];
    if (after.context === "tuple") return areTwoItems(before, after, hasBreak) ? [comma] : [];
    if (after.context === "paren")
      return areTwoItems(before, after, hasBreak) && isCall(tokens, index) ? [comma] : [];
    if (after.context !== "object" || hasBreak || endingKind(before) === undefined) return [];
    return startsObjectItem(tokens, index) && before.text !== "for" ? [comma] : [];
  });
}

/**
 * A comma that is missing between two items of a list, two arguments of a call, or two items of an object on one line. In a list and a
 * call only between values of which the second cannot go on the first, and that cannot be pieces of one.
 */
export const missingComma = syntaxFixer("missing-comma", (broken) =>
  slips(slipsOf(broken), "Items stand side by side that only a comma can separate."),
);
