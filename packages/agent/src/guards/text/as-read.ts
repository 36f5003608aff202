import { oncePer } from "@apex/core";
import { type Configuration, type HclParser, rereadConfiguration } from "@apex/generators-hcl";
import { SourceText } from "@apex/generators-hcl/syntax";
import { foreignSign } from "../../fixers/syntax/assignment-sign.ts";
import { syntaxErrors } from "../../fixers/syntax/broken-file.ts";
import { isWhole, lacksBrace } from "../../fixers/syntax/missing-brace.ts";
import { type Statement, statementsIn } from "../../fixers/syntax/statements.ts";
import { type Token, tokenize } from "../../fixers/syntax/tokens.ts";
import { isBroken } from "../inventory.ts";

/** A mark that HCL has not, and the one that it can only stand for: as long, so that all else keeps its place. */
interface Reading {
  readonly start: number;
  readonly text: string;
}

/** A foreign sign after an argument's name, and a comma or semicolon behind its value. */
function marksOf({ tokens, parents, opensBlock, endsLine }: Statement): readonly Reading[] {
  const [name] = tokens;
  const last = tokens.at(-1);
  if (name?.kind !== "identifier" || last === undefined || opensBlock || parents.length === 0) return [];
  const sign = foreignSign(tokens);
  const found: Reading[] = [];
  if (sign !== undefined) found.push({ start: sign.start, text: "=".padEnd(sign.end - sign.start) });
  if (endsLine && (last.text === "," || last.text === ";")) found.push({ start: last.start, text: " " });
  return found;
}

/** Single quotes around a string in which neither kind means anything. */
function quotesOf(tokens: readonly Token[], text: string): readonly Reading[] {
  return tokens.flatMap(({ kind, start, text: mark }): readonly Reading[] => {
    if (kind !== "other" || mark !== "'") return [];
    const [string = "", inside = ""] = /^'([\w ./:@-]*)'/.exec(text.slice(start)) ?? [];
    return string === "" ? [] : [{ start, text: `"${inside}"` }];
  });
}

/** A text with the one brace that it lacks behind a block's header, where its layout shows that it does. */
function withBrace(parser: HclParser, statements: readonly Statement[], text: string): string | undefined {
  const [only, another] = statements.filter(lacksBrace);
  const at = only?.tokens.at(-1)?.end;
  if (at === undefined || another !== undefined) return undefined;
  const read = `${text.slice(0, at)} {${text.slice(at)}`;
  return isWhole(parser, read) ? read : undefined;
}

function readingOf(parser: HclParser, file: string, text: string): string | undefined {
  const tokens = tokenize(text);
  // Behind a string that was cut off, what looks like code may be its text.
  if (tokens.some(({ closed }) => !closed)) return undefined;
  const statements = statementsIn({ tokens, source: new SourceText(file, text) });
  const marks = [...statements.flatMap(marksOf), ...quotesOf(tokens, text)];
  if (marks.length === 0) return withBrace(parser, statements, text);
  let read = text;
  for (const { start, text: mark } of marks)
    read = read.slice(0, start) + mark + read.slice(start + mark.length);
  return syntaxErrors(parser, read) === 0 ? read : undefined;
}

/**
 * A configuration as a person reads it: where a file cannot be parsed for nothing but marks of other languages (`region: "x"`,
 * `ami = var.image;`, `'x'`), with HCL's marks in their place, so that edits of it are judged by what its owner wrote and not by where
 * the parser found its way again. Places stay the same. So with the one brace that a block's header lacks, behind which places move by
 * two. Files with other errors are as they are.
 */
export const asRead = oncePer((configuration: Configuration): Configuration => {
  const files = new Map(configuration.source.files);
  for (const [file, text] of configuration.source.files) {
    if (!isBroken(configuration, file)) continue;
    const read = readingOf(configuration.parser, file, text);
    if (read !== undefined) files.set(file, read);
  }
  const isSame = [...files].every(([file, text]) => configuration.source.files.get(file) === text);
  return isSame ? configuration : rereadConfiguration(configuration, files);
});
