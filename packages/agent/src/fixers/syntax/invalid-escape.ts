import type { BrokenFile } from "./broken-file.ts";
import { edit, type Found, type Slip, syntaxFixer } from "./syntax-fixer.ts";
import type { Token } from "./tokens.ts";

/** Functions whose first argument is a regular expression. Source: Terraform language, "regex", "regexall". */
const REGEX_FUNCTIONS: ReadonlySet<string> = new Set(["regex", "regexall"]);
/** What HCL knows after a backslash. Source: HCL specification, "Template Literals". */
const VALID_ESCAPE = /\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;

/** Where backslashes stand that start no escape of HCL's. */
function invalidEscapes({ text, start }: Token): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", at)) {
    VALID_ESCAPE.lastIndex = at;
    const valid = VALID_ESCAPE.exec(text);
    if (valid === null) found.push(start + at);
    at += valid === null ? 2 : valid[0].length;
  }
  return found;
}

/** Whether a string is the pattern of a regular expression: `regex("…"`, `replace(x, "/…/"`. */
function isPattern(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  const opener = tokens.findLastIndex(
    ({ text, depth }, at) => at < index && text === "(" && depth === (token?.depth ?? 0) - 1,
  );
  const name = tokens[opener - 1];
  if (token === undefined || name?.kind !== "identifier") return false;
  const commas = tokens
    .slice(opener, index)
    .filter(({ text, depth }) => text === "," && depth === token.depth).length;
  if (REGEX_FUNCTIONS.has(name.text)) return commas === 0 && tokens[index - 1]?.text === "(";
  return name.text === "replace" && commas === 1 && /^"\/.*\/"$/s.test(token.text);
}

function find(broken: BrokenFile): Found {
  const tokens = broken.tokens.filter(({ kind }) => kind !== "comment" && kind !== "newline");
  const found: Slip[] = [];
  let doubt: Found = null;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "string" || !token.closed) continue;
    const escapes = invalidEscapes(token);
    if (escapes.length === 0) continue;
    if (isPattern(tokens, index)) {
      found.push(escapes.map((at) => edit(broken, at, at, "\\")));
    } else {
      doubt ??= {
        kind: "unsure",
        reason: "A backslash starts no escape that HCL knows; it may be meant itself or one too many",
        candidates: [escapes.reduceRight((text, at) => insertBackslash(text, at - token.start), token.text)],
      };
    }
  }
  if (found.length === 0) return doubt;
  return {
    kind: "slips",
    slips: found,
    sentence: "A backslash of a regular expression is written twice in a string.",
  };
}

function insertBackslash(text: string, at: number): string {
  return `${text.slice(0, at)}\\${text.slice(at)}`;
}

/**
 * A backslash before a letter that HCL has no escape for, in the pattern of `regex`, `regexall` or `replace(_, "/…/", _)`: there it
 * belongs to the regular expression and is doubled. Anywhere else it is unsure.
 */
export const invalidEscape = syntaxFixer("invalid-escape", find);
