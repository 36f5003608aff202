import { oncePer } from "@apex/core";
import { directoryOf, isTestFile, isUnreadConfiguration } from "../configuration/module-path.ts";
import type { Configuration } from "../configuration/read-configuration.ts";
import { type Block, type Expression, placeOf, textOf } from "../syntax/expression.ts";
import { expressionsIn } from "../syntax/walk.ts";

/** A resource as its own module names it. */
export interface Named {
  readonly type: string;
  readonly name: string;
  readonly directory: string;
}

/** Blocks in which addresses of resources in modules below may stand. */
const ADDRESSING_BLOCKS: ReadonlySet<string> = new Set(["moved", "import", "removed"]);

/** `a.b`, `a.b.c`: what may be an address, in any text. */
const DOTTED = /[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}_][\p{L}\p{N}_-]*)+/gu;

/** Where a name stands: one place for each block. */
interface Mention {
  /** Absent for a file that is not read as blocks. */
  readonly block?: Block;
  /** See {@link toldOf}. */
  readonly told: string;
}

/** By directory and `type.name`; see {@link keyOf}. */
type Index = ReadonlyMap<string, readonly Mention[]>;

/** The directory is "*" for what addresses name from above, which leads into any module. */
function keyOf(directory: string, type: string, name: string): string {
  return `${directory} ${type}.${name}`;
}

/** The names of `a.b[0].c`, keys left out; `undefined` for what does not start with a name. */
function chainOf(node: Expression): readonly string[] | undefined {
  const names: string[] = [];
  let at = node;
  while (at.kind === "attribute" || at.kind === "index") {
    if (at.kind === "attribute") names.push(at.name);
    at = at.of;
  }
  return at.kind === "root" ? [...names, at.name].toReversed() : undefined;
}

/** Every two names in a row of dotted names in a text: addresses in `depends_on` as it was once written, in scripts, in what cannot be read. */
function pairsIn(text: string): readonly (readonly [string, string])[] {
  return Array.from(text.matchAll(DOTTED), ([dotted]) => dotted.split(".")).flatMap((names) =>
    names.slice(1).map((name, at) => [names[at] ?? "", name] as const),
  );
}

/** The keys under which an expression of a block names resources. */
function keysOf(node: Expression, block: Block, directory: string): readonly string[] {
  if (node.kind === "attribute") {
    const chain = chainOf(node) ?? [];
    const [type = "", name = ""] = chain.slice(-2);
    if (chain.length === 2) return [keyOf(directory, type, name)];
    const isBelow = ADDRESSING_BLOCKS.has(block.type) && chain[0] === "module" && chain.length > 2;
    return isBelow ? [keyOf("*", type, name)] : [];
  }
  return isText(node) ? pairsIn(textOf(node)).map(([type, name]) => keyOf(directory, type, name)) : [];
}

/** Whether an expression may hold words of any kind. */
function isText({ kind }: Expression): boolean {
  return kind === "literal" || kind === "template" || kind === "invalid";
}

/** "output.ip (main.tf:4)" */
function toldOf(block: Block, node: Expression): string {
  return `${[block.type, ...block.labels].join(".")} (${placeOf(node)})`;
}

const indexOf = oncePer(build);

/**
 * Where the resources are that a file may name which is not read as blocks: beside it, or, for tests, in the module that they are of;
 * "*" where it names modules. Empty for all other files.
 */
function namedFrom(file: string, text: string): readonly string[] {
  const directory = directoryOf(file);
  const isTest = isTestFile(file);
  if (!isTest && !isUnreadConfiguration(file)) return [];
  const below = text.includes("module.") ? ["*"] : [];
  if (!isTest) return [directory, ...below];
  // They are in `tests` as a rule, but any directory of the module may be named for them.
  const steps = directory === "" ? [] : directory.split("/");
  return [...[...steps.keys()].map((count) => steps.slice(0, count).join("/")), directory, ...below];
}

function build(configuration: Configuration): Index {
  const index = new Map<string, Mention[]>();
  const add = (key: string, mention: Mention): void => {
    const mentions = index.get(key);
    if (mentions === undefined) index.set(key, [mention]);
    else if (mention.block === undefined || mentions.at(-1)?.block !== mention.block) mentions.push(mention);
  };
  for (const { source, body } of configuration.parsed.values()) {
    const directory = directoryOf(source.file);
    for (const block of body.blocks) {
      for (const node of expressionsIn(block)) {
        for (const key of keysOf(node, block, directory)) add(key, { block, told: toldOf(block, node) });
      }
    }
  }
  for (const [file, text] of configuration.source.files) {
    const places = namedFrom(file, text);
    const pairs = places.length === 0 ? [] : pairsIn(text);
    const keys = new Set(places.flatMap((place) => pairs.map(([type, name]) => keyOf(place, type, name))));
    for (const key of keys) add(key, { told: file });
  }
  return index;
}

/**
 * Where a configuration names a resource outside of the blocks `without`: references, `depends_on`, `moved` and `import`
 * blocks, and its address in a text. One place for each block, as people find it; what cannot be read counts when its text holds
 * the name.
 */
export function mentionsOf(
  configuration: Configuration,
  { type, name, directory }: Named,
  without: readonly Block[],
): readonly string[] {
  const index = indexOf(configuration);
  return [keyOf(directory, type, name), keyOf("*", type, name)]
    .flatMap((key) => index.get(key) ?? [])
    .filter(({ block }) => block === undefined || !isAmong(block, without))
    .map(({ told }) => told);
}

function isAmong({ source, start }: Block, blocks: readonly Block[]): boolean {
  return blocks.some((block) => block.source.file === source.file && block.start === start);
}

/**
 * Where a text outside of the blocks `without` holds one of some names (ids, addresses) as a word of its own: one place for each
 * block, the file alone for those that are not read as blocks.
 */
export function textsWith(
  configuration: Configuration,
  names: readonly string[],
  without: readonly Block[],
): readonly string[] {
  const holds = (text: string): boolean => names.some((name) => hasWord(text, name));
  return [...configuration.source.files].flatMap(([file, text]) => {
    if (!holds(text)) return [];
    const parsed = configuration.parsed.get(file);
    if (parsed === undefined) return [file];
    return parsed.body.blocks.flatMap((block) => {
      if (isAmong(block, without)) return [];
      const found = [...expressionsIn(block)].find((node) => isText(node) && holds(textOf(node)));
      return found === undefined ? [] : [toldOf(block, found)];
    });
  });
}

function hasWord(text: string, word: string): boolean {
  const isInWord = (character: string | undefined): boolean =>
    character !== undefined && /[A-Za-z0-9]/.test(character);
  if (word === "") return false;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isInWord(text[at - 1]) && !isInWord(text[at + word.length])) return true;
  }
  return false;
}
