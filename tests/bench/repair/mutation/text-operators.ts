import type { ParsedFile } from "@apex/generators-hcl";
import { argumentsIn, type Operator, pick, type Spoiling } from "./mutable-text.ts";

/** Where a pattern matches in lines that are no comments. */
function matchesIn(text: string, pattern: RegExp): readonly RegExpExecArray[] {
  return [...text.matchAll(pattern)].filter(({ index }) => {
    const line = text.slice(text.lastIndexOf("\n", index - 1) + 1, index + 2);
    return !/^\s*(?:#|\/\/)/.test(line);
  });
}

/** Each match is lost. */
function lost(pattern: RegExp): Operator {
  return ({ source: { text } }: ParsedFile): readonly Spoiling[] =>
    matchesIn(text, pattern).map(({ index, 0: all }) => [
      { start: index, end: index + all.length, text: "" },
    ]);
}

const lineDeleted: Operator = ({ source: { text } }) =>
  [...text.matchAll(/^[^\n]*\S[^\n]*(?:\n|$)/gm)].map((match) => [
    { start: match.index, end: match.index + match[0].length, text: "" },
  ]);

const lineDuplicated: Operator = ({ source: { text } }) =>
  [...text.matchAll(/^[^\n]*\S[^\n]*\n/gm)].map((match) => [
    { start: match.index, end: match.index, text: match[0] },
  ]);

const valueQuoted: Operator = (parsed) =>
  argumentsIn(parsed).flatMap(({ value: { start, end, kind }, source }) => {
    const text = source.text.slice(start, end);
    const isBare = kind !== "template" && !/["\n]/.test(text);
    return isBare ? [[{ start, end, text: `"${text}"` }]] : [];
  });

const valueUnquoted: Operator = ({ source: { text } }) =>
  matchesIn(text, /"(?:\$\{([^"{}\n]+)\}|([^"\n]+))"/g).map((match) => [
    { start: match.index, end: match.index + match[0].length, text: match[1] ?? match[2] ?? "" },
  ]);

const numberWithUnit: Operator = (parsed, random) =>
  argumentsIn(parsed).flatMap(({ value, source }): readonly Spoiling[] => {
    const text = source.text.slice(value.start, value.end);
    if (value.kind !== "literal" || typeof value.value !== "number") return [];
    const unit =
      pick(["GB", " GB", "Gi", "MB", "m", "s", " seconds", "min", " days", "%", "k"], random) ?? "";
    const written = random() < 0.7 ? `"${text}${unit}"` : `${text}${unit}`;
    return [[{ start: value.start, end: value.end, text: written }]];
  });

/** Mistakes in characters and lines, whatever they mean. */
export const TEXT_OPERATORS = {
  "line-deleted": lineDeleted,
  "line-duplicated": lineDuplicated,
  "bracket-deleted": lost(/[{}[\]()]/g),
  "quote-deleted": lost(/"/g),
  "comma-deleted": lost(/,/g),
  "equals-deleted": lost(/=/g),
  "value-quoted": valueQuoted,
  "value-unquoted": valueUnquoted,
  "number-with-unit": numberWithUnit,
} satisfies Record<string, Operator>;
