import type { JsonPath } from "@apex/core";
import { type Configuration, directoryOf } from "@apex/generators-hcl";
import type { Block } from "@apex/generators-hcl/syntax";
import { declarationsIn } from "../world/declared.ts";
import { attributeAt, enclosingBlocks } from "../world/locate.ts";
import type { FilePlace } from "./problem.ts";

/** An address without its instance keys: `module.a["x"].aws_instance.web[0]` → `module.a.aws_instance.web`. */
export function withoutKeys(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
}

/**
 * The calls that lead from the root module to a directory, as the start of an address: `module.a.module.b.`. `undefined` where none
 * or several do: what is declared there has then no address, or many.
 */
function callsTo(configuration: Configuration, directory: string): string | undefined {
  let start = "";
  let at = directory;
  // Terraform refuses modules that call themselves; the text of one that does must not lead in circles.
  for (let depth = 0; depth <= configuration.modules.size; depth++) {
    if (at === "") return start;
    const here = at;
    const callers = [...configuration.modules].flatMap(([from, { calls }]) =>
      [...calls.values()].filter((call) => call.directory === here).map(({ name }) => ({ from, name })),
    );
    const [only, another] = callers;
    if (only === undefined || another !== undefined) return undefined;
    start = `module.${only.name}.${start}`;
    at = only.from;
  }
  return undefined;
}

/** The address of the declaration that holds a place: `module.a.aws_instance.web`, `var.x`, `local.x`, `provider.aws`. */
export function addressAt(configuration: Configuration, place: FilePlace): string | undefined {
  const directory = directoryOf(place.file);
  const [outermost] = enclosingBlocks(configuration, place);
  if (outermost === undefined) return undefined;
  const attribute = outermost.type === "locals" ? attributeAt(configuration, place) : undefined;
  const holder = attribute ?? outermost;
  const declaration = declarationsIn(configuration, directory).find(({ at }) => at === holder);
  const start = callsTo(configuration, directory);
  if (declaration === undefined || start === undefined) return undefined;
  return `${start}${declaration.kind === "provider" ? "provider." : ""}${declaration.key}`;
}

/** Blocks that have no attributes of values: what is set in them is named by their own addresses, or by none. */
const WITHOUT_PATHS: ReadonlySet<string> = new Set(["locals", "terraform", "moved", "import", "removed"]);

/** Blocks of resources that are no list of values, so that a path to what they hold has no index. */
const SINGLE_BLOCKS: ReadonlySet<string> = new Set(["lifecycle", "timeouts", "connection"]);

function stepsTo(block: Block, outer: Block): JsonPath {
  if (SINGLE_BLOCKS.has(block.type)) return [block.type];
  const alike = outer.body.blocks.filter(({ type }) => type === block.type);
  return [block.type, alike.indexOf(block)];
}

/**
 * The path of what stands at a place within its resource, data source or module call: `["root_block_device", 0, "volume_type"]`.
 * `missing` is the name of an argument that is not written there. A `dynamic "x"` has no index: its path ends at `["x"]`.
 */
export function pathAt(
  configuration: Configuration,
  place: FilePlace,
  missing?: string,
): JsonPath | undefined {
  const [outermost, ...inner] = enclosingBlocks(configuration, place);
  if (outermost === undefined || WITHOUT_PATHS.has(outermost.type)) return undefined;
  const path: (string | number)[] = [];
  let outer = outermost;
  for (const block of inner) {
    if (block.type === "dynamic") return block.labels[0] === undefined ? path : [...path, block.labels[0]];
    path.push(...stepsTo(block, outer));
    outer = block;
  }
  const name = missing ?? attributeAt(configuration, place)?.name;
  if (name !== undefined) path.push(name);
  return path.length === 0 ? undefined : path;
}
