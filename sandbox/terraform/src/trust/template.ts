import { HclLexer, type Token } from "../plan/hcl-lexer.ts";
import { tokensOf } from "./hcl-body.ts";

/** A stretch of a template. */
export type TemplatePart =
  | { readonly kind: "literal"; readonly text: string }
  /** `${…}`; `at` is where its expression begins in the template. */
  | { readonly kind: "value"; readonly expression: readonly Token[]; readonly at: number }
  /** `%{…}`: a condition or a loop. */
  | { readonly kind: "directive"; readonly expression: readonly Token[]; readonly at: number };

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;

/** What a quoted string's escapes stand for. */
function unescaped(text: string): string {
  return text.replace(ESCAPE, (_all, short?: string, long?: string, other?: string) => {
    const code = short ?? long;
    if (code === undefined) return ESCAPES[other ?? ""] ?? other ?? "";
    const point = Number.parseInt(code, 16);
    return point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
  });
}

/** `${~ x ~}` is `${ x }` with the space around it removed. */
function withoutTrims(tokens: readonly Token[]): readonly Token[] {
  const isTrim = (token: Token | undefined) => token?.kind === "other" && token.text === "~";
  return tokens.slice(isTrim(tokens[0]) ? 1 : 0, isTrim(tokens.at(-1)) ? -1 : undefined);
}

/** Takes a template apart. A quoted string has escapes, the text of a file or a heredoc has none. */
export function templateParts(text: string, isQuoted: boolean): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = "";
  const flush = () => {
    if (literal !== "") parts.push({ kind: "literal", text: isQuoted ? unescaped(literal) : literal });
    literal = "";
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    const isMark = character === "$" || character === "%";
    if (isMark && text[at + 1] === character && text[at + 2] === "{") {
      literal += `${character}{`;
      at += 2;
    } else if (isMark && text[at + 1] === "{") {
      flush();
      const end = new HclLexer(text, at + 2).skipExpression();
      const expression = withoutTrims(tokensOf(text.slice(at + 2, end)));
      parts.push({ kind: character === "$" ? "value" : "directive", expression, at: at + 2 });
      at = end;
    } else if (character === "\\" && isQuoted) {
      literal += text.slice(at, at + 2);
      at++;
    } else literal += character;
  }
  flush();
  return parts;
}

/** A piece of an expression that is a template. */
export type TemplateToken = Extract<Token, { readonly kind: "string" | "heredoc" }>;

/** The parts of a quoted string or a heredoc. */
export function partsOf(token: TemplateToken): readonly TemplatePart[] {
  return templateParts(token.text, token.kind === "string");
}
