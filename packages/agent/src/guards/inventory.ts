import { oncePer } from "@apex/core";
import { type Configuration, directoryOf } from "@apex/generators-hcl";
import { type Attribute, type Block, textOf } from "@apex/generators-hcl/syntax";
import { meaningOf, tokensOf } from "./tokens.ts";

/** A top-level declaration as written. Two with the same `key` are a duplicate, or one is in an override file. */
export interface Written {
  /** The block's type: `resource`, `variable`; `local` for one attribute of `locals`; as written where it is misspelt. */
  readonly kind: string;
  /** The labels; the name of a local. */
  readonly labels: readonly string[];
  /** `resource aws_instance.web`; with the directory of the module: `modules/net: variable cidr`. */
  readonly key: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The tokens that mean something: equal for texts that differ in blanks and comments alone. */
  readonly meaning: string;
  /** Absent where it was made out from the text alone, in a file that cannot be parsed. */
  readonly block?: Block;
  /** Of a local. */
  readonly attribute?: Attribute;
}

/** Words that open a top-level block. Source: Terraform language, internal/configs/parser_config.go's schema of files. */
const KEYWORDS = new Set([
  "resource",
  "data",
  "ephemeral",
  "variable",
  "output",
  "module",
  "provider",
  "check",
  "moved",
  "import",
  "removed",
  "locals",
  "terraform",
]);

/** Whether a word opens a top-level block. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}

function keyOf(directory: string, kind: string, labels: readonly string[]): string {
  return `${directory === "" ? "" : `${directory}: `}${[kind, labels.join(".")].join(" ").trim()}`;
}

function written(block: Block, kind: string, labels: readonly string[], attribute?: Attribute): Written {
  const at = attribute ?? block;
  const { file } = at.source;
  const text = textOf(at);
  const located = { file, start: at.start, end: at.end, text, meaning: meaningOf(text) };
  const key = keyOf(directoryOf(file), kind, labels);
  return { kind, labels, key, ...located, block, ...(attribute === undefined ? {} : { attribute }) };
}

function declaredBy(block: Block): readonly Written[] {
  if (block.type !== "locals") {
    // `local { … }` is no local: what a misspelt block holds is declared once it can be read.
    const kind = block.type === "local" ? "local-block" : block.type;
    return [written(block, kind, block.labels)];
  }
  return block.body.attributes.map((attribute) => written(block, "local", [attribute.name], attribute));
}

/** Headers at the start of a line, up to the next one: what a file declares that the parser does not make out. */
function recovered(file: string, text: string): readonly Written[] {
  const headers = [
    ...text.matchAll(/^([A-Za-z_]+)((?:[ \t]+(?:"[^"\n]*"?|[\w.-]+))*)[ \t]*(?=[{\n\r]|$)/gm),
  ].filter(([, kind = ""]) => KEYWORDS.has(kind) && kind !== "locals");
  return headers.map((match, index) => {
    const [, kind = "", rest = ""] = match;
    const labels = tokensOf(rest).flatMap(({ kind: token, text: label }) =>
      token === "string" || token === "name" ? [label.replaceAll('"', "")] : [],
    );
    const end = headers[index + 1]?.index ?? text.length;
    const piece = text.slice(match.index, end);
    const key = keyOf(directoryOf(file), kind, labels);
    return { kind, labels, key, file, start: match.index, end, text: piece, meaning: meaningOf(piece) };
  });
}

/** Whether a file has syntax errors. */
export function isBroken(configuration: Configuration, file: string): boolean {
  return configuration.parsed.get(file)?.diagnostics.some(({ code }) => code === "hcl-syntax") === true;
}

/** All that the files of a configuration declare, of files that cannot be parsed what can be made out. */
export const inventoryOf = oncePer((configuration: Configuration): readonly Written[] =>
  [...configuration.parsed].flatMap(([file, { body, source }]) => {
    const parsed = body.blocks.flatMap(declaredBy);
    if (!isBroken(configuration, file)) return parsed;
    const keys = new Set(parsed.map(({ key }) => key));
    return [...parsed, ...recovered(file, source.text).filter(({ key }) => !keys.has(key))];
  }),
);
