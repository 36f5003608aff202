import { declarationsIn } from "../../world/declared.ts";
import { directoryOf } from "@apex/generators-hcl";
import { type BrokenFile, mends } from "./broken-file.ts";
import { edit, type Found, type Slip, syntaxFixer } from "./syntax-fixer.ts";
import { type Token, tokenize } from "./tokens.ts";

/** Longer lines are left alone: every place of a line is tried. */
const LINE_LENGTH_MAX = 400;

interface Cut {
  readonly token: Token;
  readonly lineEnd: number;
}

function cutStrings({ tokens, source }: BrokenFile): readonly Cut[] {
  return tokens
    .filter(({ kind, closed }) => kind === "string" && !closed)
    .map((token) => ({ token, lineEnd: source.lineEnd(token.start) }));
}

/** Whether what follows a place can follow the end of a string: nothing, a separator, a closing bracket. */
function canEndAt(text: string, at: number, lineEnd: number): boolean {
  const rest = text.slice(at, lineEnd);
  return /^(?:$|[ \t]*[,)\]}])/.test(rest) && !/\s/.test(text[at - 1] ?? "");
}

/** The places of a line where one more quote makes the file read. */
function closings(broken: BrokenFile, { token, lineEnd }: Cut): readonly Slip[] {
  const found: Slip[] = [];
  const lineStart = broken.source.lineStart(token.start);
  for (let at = Math.max(lineStart, broken.text.indexOf('"', lineStart)) + 1; at <= lineEnd; at++) {
    if (!canEndAt(broken.text, at, lineEnd)) continue;
    const slip = [edit(broken, at, at, '"')];
    if (mends(broken, slip)) found.push(slip);
  }
  return found;
}

/** What a string that is meant to end there may end with. Punctuation at the end may stand where the quote was to be typed. */
function endsPlainly(text: string): boolean {
  if (text === '"') return false;
  if (/[\p{L}\p{N}_/*-]$/u.test(text) || /\$\{[^{}"]*\}$/.test(text)) return true;
  return /\s.*\p{L}\.$/u.test(text);
}

/** Roots of references that Terraform knows by itself. Source: Terraform language, "References to Named Values". */
const ROOTS = new Set(["var", "local", "data", "module", "each", "count", "self", "path", "terraform"]);

/** Whether the line can be read without one of its quotes as well, and then says something: a reference, a number, a call. */
function isReadWithout(broken: BrokenFile, { token, lineEnd }: Cut): boolean {
  const { text, source } = broken;
  const lineStart = source.lineStart(token.start);
  for (let at = text.indexOf('"', lineStart); at !== -1 && at < lineEnd; at = text.indexOf('"', at + 1)) {
    if (!mends(broken, [edit(broken, at, at + 1, "")])) continue;
    const line = text.slice(lineStart, at) + text.slice(at + 1, lineEnd);
    const known = new Set(text.slice(lineStart, at).match(/[\p{L}_][\p{L}\p{N}_-]*/gu));
    const isMeaningless = tokenize(line).some(
      ({ kind, text: word, start }, index, all) =>
        kind === "identifier" &&
        start >= at - lineStart &&
        !known.has(word) &&
        !isMeaningful(broken, word, all[index + 1], all[index - 1]),
    );
    if (!isMeaningless) return true;
  }
  return false;
}

function isMeaningful(
  { world }: BrokenFile,
  word: string,
  next: Token | undefined,
  before: Token | undefined,
): boolean {
  if (before?.text === "." || /^(?:true|false|null|for|in|if)$/.test(word)) return true;
  if (next?.text === "(" || next?.text === "=" || next?.text === ":") return true;
  const isStep = next?.text === "." || next?.text === "[";
  return isStep && (ROOTS.has(word) || world.schemas.resource(word) !== undefined);
}

/** `name = web"`: a word that nothing else can be gets its first quote. */
function opening(broken: BrokenFile, { token, lineEnd }: Cut): Slip | undefined {
  const { text, source } = broken;
  if (token.end !== token.start + 1 || token.end !== lineEnd) return undefined;
  const line = text.slice(source.lineStart(token.start), token.start);
  const match = /^[ \t]*[\w-]+[ \t]*=[ \t]*([A-Za-z][\w/:@-]*)$/.exec(line);
  const word = match?.[1];
  if (word === undefined || /^(?:true|false|null)$/.test(word)) return undefined;
  const slip = [edit(broken, token.start - word.length, token.start - word.length, '"')];
  return mends(broken, slip) ? slip : undefined;
}

/** Whether a reference is to a variable or local that is declared, or to an attribute that a declared resource has. */
function isKnown({ world, file }: BrokenFile, reference: string): boolean {
  const declared = declarationsIn(world.configuration, directoryOf(file));
  const isData = reference.startsWith("data.");
  const [type = "", name = "", attribute, ...rest] = (isData ? reference.slice(5) : reference).split(".");
  if (rest.length > 0) return false;
  if (type === "var" || type === "local")
    return attribute === undefined && declared.some(({ key }) => key === reference);
  const key = `${isData ? "data." : ""}${type}.${name}`;
  if (attribute === undefined || !declared.some((one) => one.key === key)) return false;
  const schema = isData ? world.schemas.dataSource(type) : world.schemas.resource(type);
  return Object.hasOwn(schema?.block.attributes ?? {}, attribute);
}

/** What goes on from a reference in an expression, and would be text behind it. */
const OPERATION = /^(?:\s*[?=!<>&|+*%]|\s+[-/]|[-/]\s*(?:\d|[a-z_]+[.(]))/;

/** `${` without its `}`: where the name of something declared ends, and only one such name is there. */
function interpolationEnds(broken: BrokenFile, { token, lineEnd }: Cut): readonly Slip[] {
  const line = broken.text.slice(token.start, lineEnd);
  const start = line.lastIndexOf("${");
  const inside = /^\$\{\s*([\w.-]+)/.exec(line.slice(start));
  const traversal = inside?.[1];
  if (start === -1 || traversal === undefined || line.slice(start).includes("}")) return [];
  const base = token.start + start + (inside?.[0].length ?? 0) - traversal.length;
  const found: Slip[] = [];
  for (let length = 1; length <= traversal.length; length++) {
    const name = traversal.slice(0, length);
    // An index goes on from the name, another bracket or sign may stand in the brace's place, and more letters be a slip of the name.
    const rest = broken.text.slice(base + length, lineEnd);
    if (!isKnown(broken, name) || !/^[./:@ "-]/.test(rest) || OPERATION.test(rest)) continue;
    const slip = [edit(broken, base + length, base + length, "}")];
    if (mends(broken, slip)) found.push(slip);
  }
  return found;
}

function describe(broken: BrokenFile, { token, lineEnd }: Cut, candidates: readonly Slip[]): Found {
  const options = candidates.map((slip) => {
    const at = slip[0]?.start ?? lineEnd;
    return `${broken.text.slice(token.start, at)}${slip[0]?.text ?? ""}${broken.text.slice(at, lineEnd)}`;
  });
  const { line } = broken.source.position(token.start);
  const reason = `A string on line ${line} has no end, and where it was meant to end is not plain`;
  return { kind: "unsure", reason, candidates: options.slice(0, 5) };
}

/**
 * A string without its closing quote, an interpolation without its brace, a plain word with a closing quote alone. The missing
 * character goes where the file can be read with it: certain if that is one place only, with nothing behind it but separators and
 * closing brackets. Unsure at the end of a file that is cut off within a block, with a comment on the line or space at its end, which could belong to the string; with punctuation at
 * the string's end, which may have been typed in the quote's place; and where the line says something without the quote.
 */
export const unterminatedString = syntaxFixer("unterminated-string", (broken) => {
  const found: Slip[] = [];
  let doubt: Found = null;
  for (const cut of cutStrings(broken)) {
    if (cut.lineEnd - broken.source.lineStart(cut.token.start) > LINE_LENGTH_MAX) continue;
    const line = broken.text.slice(cut.token.start, cut.lineEnd);
    const braces = interpolationEnds(broken, cut);
    const word = opening(broken, cut);
    const quotes = word === undefined && braces.length === 0 ? closings(broken, cut) : [];
    const candidates = word === undefined ? [...braces, ...quotes] : [word];
    const [first] = candidates;
    const hasComment = /\s(?:#|\/\/|\/\*)/.test(line);
    const isQuote = word === undefined && braces.length === 0;
    const string = broken.text.slice(cut.token.start, first?.[0]?.start);
    // The file ends in the middle of a block's line: more than the quote may be lost.
    const isTorn = cut.lineEnd === broken.text.length && cut.token.depth > 0;
    const isPlain = !isQuote || (endsPlainly(string) && !isTorn && !isReadWithout(broken, cut));
    const isOnly = candidates.length === 1 && !hasComment && isPlain;
    if (first !== undefined && isOnly) found.push(first);
    else doubt ??= describe(broken, cut, candidates);
  }
  if (found.length === 0) return doubt;
  return {
    kind: "slips",
    slips: found,
    sentence: "A string ends with its line, and there is one place where its missing mark can stand.",
  };
});
