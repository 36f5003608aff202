import type { BrokenFile } from "./broken-file.ts";
import { type Found, edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

const CURLY = "“”„‟″";
/** Quotes of either kind around what holds none, no backslash and no line break. */
const CURLY_STRING = new RegExp(`([${CURLY}"])([^${CURLY}"\\\\\n]*)([${CURLY}"])`, "g");

/** The strings of a line from its first typographic quote on: with that one, what plain quotes stand behind it is not known. */
function curlyStrings(broken: BrokenFile, start: number): readonly Slip[] {
  const line = broken.text.slice(start, broken.source.lineEnd(start));
  const found: Slip[] = [];
  let end = 0;
  for (const match of line.matchAll(CURLY_STRING)) {
    if (/#|\/\//.test(line.slice(end, match.index))) break;
    end = match.index + match[0].length;
    // Behind a string its line goes on with a mark or ends.
    if (/^[^\s,:=.)\]}]/.test(line.slice(end))) continue;
    const quotes = [match.index, end - 1].filter((at) => line[at] !== '"');
    if (quotes.length > 0) found.push(quotes.map((at) => edit(broken, start + at, start + at + 1, '"')));
  }
  return found;
}

function curlySlips(broken: BrokenFile): readonly Slip[] {
  const lines = new Map<number, number>();
  for (const { kind, text, closed, start } of broken.tokens) {
    const isCurly = kind === "other" && CURLY.includes(text);
    const isCut = kind === "string" && !closed && CURLY.split("").some((quote) => text.includes(quote));
    const line = broken.source.lineStart(start);
    if ((isCurly || isCut) && !lines.has(line)) lines.set(line, start);
  }
  return [...lines.values()].flatMap((start) => curlyStrings(broken, start));
}

/**
 * Typographic quotes around a string, as word processors put them. Those inside of a plain string, a heredoc or a comment are text and
 * stay, as does a string of which it is not plain where it ends.
 */
export const curlyQuotes = syntaxFixer("curly-quotes", (broken) =>
  slips(curlySlips(broken), 'Strings stand in plain quotes (").'),
);

/** A string in single quotes, typographic ones included, without a quote, a backslash or a template in it. */
const SINGLE_STRING = /(['‘])([^'‘’"\\\n`]*)(['’])/g;

function singleSlips(broken: BrokenFile): Found {
  const found: Slip[] = [];
  let done = 0;
  let doubt: string | undefined;
  for (const token of broken.tokens) {
    if (token.start < done || token.kind !== "other" || !/['‘]/.test(token.text)) continue;
    SINGLE_STRING.lastIndex = token.start;
    const match = SINGLE_STRING.exec(broken.text);
    if (match?.index !== token.start) continue;
    const inside = match[2] ?? "";
    done = token.start + match[0].length;
    if (/[$%]\{/.test(inside)) doubt ??= match[0];
    else found.push([edit(broken, token.start, done, `"${inside}"`)]);
  }
  if (found.length === 0 && doubt !== undefined) {
    const reason = `Other languages do not fill in templates in single quotes: ${doubt} may mean its text or its value`;
    return { kind: "unsure", reason, candidates: [`"${doubt.slice(1, -1)}"`] };
  }
  return slips(found, 'Strings stand in double quotes (").');
}

/**
 * A string in single quotes, as other languages write it. Not one that holds a quote, a backslash or `${`, which mean
 * other things there.
 */
export const singleQuotes = syntaxFixer("single-quotes", singleSlips);
