import type { Configuration } from "../configuration/read-configuration.ts";
import { directoryOf } from "../configuration/module-path.ts";
import { type Block, type Expression, type Located, placeOf, textOf } from "../syntax/expression.ts";
import type { ParsedFile } from "../syntax/hcl-parser.ts";
import { expressionsIn } from "../syntax/walk.ts";

/** A resource as its own module names it. */
export interface Named {
  readonly type: string;
  readonly name: string;
  readonly directory: string;
}

/** Blocks in which addresses of resources in modules below may stand. */
const ADDRESSING_BLOCKS: ReadonlySet<string> = new Set(["moved", "import", "removed"]);

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

/** `aws_eip.web` in a text, as `depends_on` was once written and as scripts name it; not `aws_eip.web2`. */
function patternOf({ type, name }: Named): RegExp {
  const escaped = `${type}.${name}`.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}_-])${escaped}(?![\p{L}\p{N}_-])`, "u");
}

function isNamed(named: Named, node: Expression, block: Block, isOwnModule: boolean): boolean {
  if (node.kind === "attribute") {
    const chain = chainOf(node);
    if (chain === undefined) return false;
    if (isOwnModule && chain.length === 2) return chain[0] === named.type && chain[1] === named.name;
    const isBelow = ADDRESSING_BLOCKS.has(block.type) && chain[0] === "module";
    return isBelow && chain.at(-2) === named.type && chain.at(-1) === named.name;
  }
  if (!isOwnModule) return false;
  const isText = node.kind === "literal" || node.kind === "template" || node.kind === "invalid";
  return isText && patternOf(named).test(textOf(node));
}

function isWithin(located: Located, blocks: readonly Block[]): boolean {
  return blocks.some(
    ({ source, start, end }) =>
      source.file === located.source.file && located.start >= start && located.end <= end,
  );
}

function mentionsIn(file: ParsedFile, named: Named, without: readonly Block[]): string[] {
  const isOwnModule = directoryOf(file.source.file) === named.directory;
  return file.body.blocks
    .filter((block) => !isWithin(block, without))
    .flatMap((block) => {
      for (const node of expressionsIn(block)) {
        if (isNamed(named, node, block, isOwnModule)) {
          return [`${[block.type, ...block.labels].join(".")} (${placeOf(node)})`];
        }
      }
      return [];
    });
}

/**
 * Where a configuration names a resource outside of the blocks `without`: references, `depends_on`, `moved` and `import`
 * blocks, and its address in a text. One place for each block, as people find it; what cannot be read counts when its text holds
 * the name.
 */
export function mentionsOf(
  configuration: Configuration,
  named: Named,
  without: readonly Block[],
): readonly string[] {
  const found = [...configuration.parsed.values()].flatMap((file) => mentionsIn(file, named, without));
  for (const [file, text] of configuration.source.files) {
    const isUnread = file.endsWith(".tf.json") && directoryOf(file) === named.directory;
    if (isUnread && patternOf(named).test(text)) found.push(file);
  }
  return found;
}
