import { TERRAFORM_FUNCTIONS } from "../functions/terraform-functions.ts";
import { type BrokenFile, mends, syntaxErrors, topLevelAround } from "./broken-file.ts";
import { fullSchemaOfBody } from "../schema/core-schema.ts";
import { isLaidOut } from "./layout.ts";
import { statementsIn } from "./statements.ts";
import { edit, type Found, type Slip, syntaxFixer } from "./syntax-fixer.ts";
import { CLOSERS, isTopLevelHeader, type Token, tokenize } from "./tokens.ts";

/** Places that are tried; a longer block is left to somebody else. */
const TRIALS_MAX = 400;

/** The brackets of a top-level block that nothing closes: what ends them is not their own closer. */
function unclosed(text: string): readonly Token[] {
  const tokens = tokenize(text);
  return tokens.filter((opener, index) => {
    if (opener.opens === undefined) return false;
    const end = tokens.find(
      ({ depth, kind }, at) =>
        at > index && depth <= opener.depth && kind !== "comment" && kind !== "newline",
    );
    return end === undefined || end.text !== CLOSERS[opener.text];
  });
}

/** The name of the function whose arguments a parenthesis opens. */
function functionBefore({ text }: BrokenFile, at: number): string | undefined {
  return /[\p{L}_][\p{L}\p{N}_]*$/u.exec(text.slice(Math.max(0, at - 100), at))?.[0];
}

/** Whether what a bracket at `at` makes can have attributes of its own: an element, or what a function gives. */
function hasAttributes(broken: BrokenFile, at: number): boolean {
  if (broken.text[at] === "[") return /[\p{L}\p{N}_\])-]/u.test(broken.text[at - 1] ?? "");
  const name = broken.text[at] === "(" ? functionBefore(broken, at) : undefined;
  return name !== undefined && TERRAFORM_FUNCTIONS.get(name)?.returns === "dynamic";
}

/**
 * One bracket after each token, unless what follows on the line would go on from it. A constant or the attribute of something may be
 * all that is in the brackets, and the next attribute that of the whole: `ids["a".id`, `merge(var.a, var.b.c`.
 */
function tokenEnds(
  broken: BrokenFile,
  range: { readonly start: number; readonly end: number },
  { closer, opener }: { readonly closer: string; readonly opener: number },
): readonly Slip[] {
  const isOfWhole = hasAttributes(broken, opener);
  return broken.tokens.flatMap(({ kind, start, end }, index): Slip[] => {
    // A heredoc's end marker stands alone on its line.
    const isCode = kind !== "comment" && kind !== "newline" && kind !== "heredoc";
    if (start < range.start || end > range.end || !isCode) return [];
    const isAll = kind === "string" || kind === "number" || broken.tokens[index - 1]?.text === ".";
    const goesOn = isOfWhole && isAll ? /^[ \t]*[[(]/ : /^[ \t]*[.[(]/;
    return goesOn.test(broken.text.slice(end, end + 100)) ? [] : [[edit(broken, end, end, closer)]];
  });
}

/** A closing bracket on a line of its own after each line of code, indented like the line that opened it. */
function ownLines(
  broken: BrokenFile,
  range: { start: number; end: number },
  { closer, indentation }: { closer: string; indentation: string },
): readonly Slip[] {
  const { text, tokens, source } = broken;
  const code = tokens.filter(
    ({ kind, start }) =>
      start >= range.start && start < range.end && kind !== "comment" && kind !== "newline",
  );
  const ends = new Set(code.map(({ end }) => source.lineEnd(end)));
  const lineBreak = source.lineBreak(range.start);
  return [...ends].map((at): Slip => {
    const hasBreak = at < text.length;
    return [edit(broken, at, at, `${lineBreak}${indentation}${closer}${hasBreak ? "" : lineBreak}`)];
  });
}

function trial(broken: BrokenFile, slip: Slip, range: { start: number; end: number }): string {
  const [{ start, text } = { start: 0, text: "" }] = slip;
  return broken.text.slice(range.start, start) + text + broken.text.slice(start, range.end);
}

/**
 * Whether a comment beside code may be code: it holds half a string, bracket and all, or its mark stands right behind the code with a
 * closing bracket in what follows.
 */
function hidesCode(text: string): boolean {
  return tokenize(text).some(({ kind, text: comment, start }) => {
    if (kind !== "comment") return false;
    const before = text.slice(text.lastIndexOf("\n", start) + 1, start);
    const isHalf = comment.split('"').length % 2 === 0;
    return (isHalf && before.trim() !== "") || (/\S$/.test(before) && /[)\]}]/.test(comment));
  });
}

/** Whether a bracket stands where an argument's value starts that is a list by its schema. */
function startsList(broken: BrokenFile, at: number): boolean {
  const statement = statementsIn(broken).find(({ tokens }) => tokens[2]?.start === at);
  const [name, sign] = statement?.tokens ?? [];
  if (statement === undefined || name === undefined || sign?.text !== "=") return false;
  const attributes = fullSchemaOfBody(broken.world, statement.parents)?.attributes ?? {};
  const type = Object.hasOwn(attributes, name.text) ? attributes[name.text]?.type : undefined;
  return Array.isArray(type) && (type[0] === "list" || type[0] === "set");
}

/** Whether the block reads without an opening bracket as well: it may be that which is one too many. Not that of a function. */
function canDoWithout(broken: BrokenFile, bracket: Token, range: { start: number; end: number }): boolean {
  const at = range.start + bracket.start;
  const name = functionBefore(broken, at);
  if (bracket.text === "(" && name !== undefined && TERRAFORM_FUNCTIONS.has(name)) return false;
  if (bracket.text === "[" && startsList(broken, at)) return false;
  const text = broken.text.slice(range.start, at) + broken.text.slice(at + 1, range.end);
  return syntaxErrors(broken.parser, text) === 0;
}

/**
 * Whether an object that the slip closes holds an argument of the body around it, which that does not set yet: by its column it is in
 * the object, by its name it may be what the lost brace stood before.
 */
function holdsArgument(broken: BrokenFile, slip: Slip, range: { start: number; end: number }): boolean {
  const [{ start, text } = { start: 0, text: "" }] = slip;
  const tokens = tokenize(trial(broken, slip, range));
  const at = start - range.start + text.search(/[)\]}]/);
  const end = tokens.findIndex((token) => token.start === at);
  const begin = tokens.findLastIndex(
    ({ opens, depth }, index) => index < end && opens !== undefined && depth === tokens[end]?.depth,
  );
  const opener = tokens[begin];
  const statements = statementsIn(broken);
  const own = statements.find(
    ({ tokens: [, , value] }) => value?.start === range.start + (opener?.start ?? 0),
  );
  if (own === undefined || opener?.opens !== "object") return false;
  const body = own.parents.at(-1);
  const set = statements.flatMap((one) => (one.parents.at(-1) === body ? (one.tokens[0]?.text ?? "") : []));
  const arguments_ = fullSchemaOfBody(broken.world, own.parents)?.attributes ?? {};
  return tokens.slice(begin, end).some(({ kind, text: key, depth }, index) => {
    const sign = tokens[begin + index + 1]?.text ?? "";
    const isKey = kind === "identifier" && depth === opener.depth + 1 && (sign === "=" || sign === ":");
    return isKey && Object.hasOwn(arguments_, key) && !set.includes(key);
  });
}

/**
 * Whether nothing would be in the brackets: what was in them may be lost, or their opening line be there twice. Or whether the string
 * before the place holds such a bracket that nothing opens in it: it may be the one, on the wrong side of the quote.
 */
function closesInDoubt({ tokens }: BrokenFile, [slip]: Slip): boolean {
  const before = tokens.findLast(
    ({ kind, end }) => end <= (slip?.start ?? 0) && kind !== "comment" && kind !== "newline",
  );
  const closer = slip?.text.trim() ?? "";
  const opener = Object.keys(CLOSERS).find((bracket) => CLOSERS[bracket] === closer) ?? "";
  const count = (bracket: string): number => (before?.text.split(bracket).length ?? 0) - 1;
  const isInString = before?.kind === "string" && count(closer) > count(opener);
  return before?.opens !== undefined || isInString;
}

/** The blocks that lack one bracket, with every place for it at which they read and are laid out well. */
function candidatesIn(broken: BrokenFile, header: number): readonly Slip[] {
  const range = topLevelAround(broken, { start: header, end: header + 1 });
  const piece = broken.text.slice(range.start, range.end);
  const open = unclosed(piece);
  if (open.length === 0) return [];
  const indentationText = (at: number): string =>
    /^[ \t]*/.exec(broken.text.slice(broken.source.lineStart(at)))?.[0] ?? "";
  const tried = new Map<string, Slip>();
  // Which of the brackets lost its end is not known: by counting, it is the outermost; by the layout, it may be any.
  const pieceTokens = tokenize(piece).filter(({ kind }) => kind !== "comment" && kind !== "newline");
  const brackets = pieceTokens.filter(({ opens }) => opens !== undefined);
  for (const bracket of brackets) {
    const closer = CLOSERS[bracket.text];
    if (closer === undefined || !open.some(({ text }) => text === bracket.text)) continue;
    const indentation = indentationText(range.start + bracket.start);
    const ends =
      bracket.opens === "block"
        ? []
        : tokenEnds(broken, range, { closer, opener: range.start + bracket.start });
    const own = ownLines(broken, range, { closer, indentation });
    const openLine = broken.source.lineEnd(range.start + bracket.start);
    const isOnOpenLine = ([one]: Slip): boolean => (one?.start ?? 0) <= openLine;
    for (const slip of [...ends.filter(isOnOpenLine), ...own, ...ends]) {
      // Between the same two tokens it means the same, whatever line it is on.
      const at = (slip[0]?.start ?? 0) - range.start;
      const key = `${pieceTokens.filter(({ end }) => end <= at).length} ${closer}`;
      if (tried.has(key) || tried.size >= TRIALS_MAX) continue;
      if (isLaidOut(trial(broken, slip, range))) tried.set(key, slip);
    }
  }
  if (hidesCode(piece) || open.some((bracket) => canDoWithout(broken, bracket, range))) return [];
  const found = [...tried.values()].filter(
    (slip) => syntaxErrors(broken.parser, trial(broken, slip, range)) === 0 && mends(broken, slip),
  );
  // Of a file that ends in the middle of a line, more than the bracket may be lost.
  const isTorn = ([one]: Slip): boolean => one?.start === broken.text.length;
  const isDoubtful = (slip: Slip): boolean =>
    isTorn(slip) || closesInDoubt(broken, slip) || holdsArgument(broken, slip, range);
  return found.some(isDoubtful) ? [] : found;
}

function find(broken: BrokenFile): Found {
  const found: Slip[] = [];
  let doubt: Found = null;
  for (let at = 0; at < broken.text.length; ) {
    if (isTopLevelHeader(broken.text, at)) {
      const candidates = candidatesIn(broken, at);
      const [first] = candidates;
      if (first !== undefined && candidates.length === 1) found.push(first);
      else if (candidates.length > 1) {
        const lines = candidates.map((slip) => broken.source.position(slip[0]?.start ?? at).line);
        doubt ??= {
          kind: "unsure",
          reason: `The block on line ${broken.source.position(at).line} is not closed, and several places fit`,
          candidates: lines.slice(0, 5).map((line) => `after line ${line}`),
        };
      }
    }
    const feed = broken.text.indexOf("\n", at);
    at = feed === -1 ? broken.text.length : feed + 1;
  }
  if (found.length === 0) return doubt;
  return {
    kind: "slips",
    slips: found,
    sentence: "The layout shows the one place where the missing bracket belongs.",
  };
}

/**
 * One closing bracket that is missing in a top-level block. It is put where the block can be read again and every line is then indented
 * as its brackets say; certain if that is one place only. Not in files that are not laid out, nor where two are missing in one block.
 */
export const unclosedBracket = syntaxFixer("unclosed-bracket", find);
