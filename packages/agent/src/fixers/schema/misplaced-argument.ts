import type { BlockSchema } from "@apex/core";
import { attributeOf } from "@apex/generators-hcl";
import type { Block } from "@apex/generators-hcl/syntax";
import { attributeType } from "../expression-type.ts";
import { wordsOf } from "../../world/nearest.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { appended, removed } from "../knowledge/text-pieces.ts";
import { valueFits } from "../value-fits.ts";
import { type ArgumentSite, argumentSite, hasName, isLostInput, isSettable } from "./argument-site.ts";
import { fullSchemaOfBody } from "./core-schema.ts";

/** A body of the resource that takes the argument: the block types that lead to it from the top. */
type Path = readonly string[];

const DEPTH_MAX = 6;
/** Bodies looked at; the largest bundled type has fewer. */
const BODIES_MAX = 20_000;

/** All bodies of a type that take an argument of that name; `undefined` when the type is too large to tell. */
function homesOf(schema: BlockSchema, name: string): readonly Path[] | undefined {
  const homes: Path[] = [];
  const pending: { readonly schema: BlockSchema; readonly path: Path }[] = [{ schema, path: [] }];
  let seen = 0;
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (++seen > BODIES_MAX || at.path.length > DEPTH_MAX) return undefined;
    if (isSettable(at.schema, name)) homes.push(at.path);
    for (const [type, { block }] of Object.entries(at.schema.block_types ?? {}))
      pending.push({ schema: block, path: [...at.path, type] });
  }
  return homes;
}

/** The one block at a path that is written in a resource; `undefined` where it is absent, repeated or made by `dynamic`. */
function blockAt(outermost: Block, path: Path): Block | undefined {
  let block = outermost;
  for (const type of path) {
    const alike = block.body.blocks.filter((one) => one.type === type || one.labels[0] === type);
    const [only, another] = alike;
    if (only === undefined || another !== undefined || only.type !== type) return undefined;
    block = only;
  }
  return block;
}

function schemaAt(schema: BlockSchema, path: Path): BlockSchema | undefined {
  return path.reduce<BlockSchema | undefined>((at, type) => at?.block_types?.[type]?.block, schema);
}

/** A name that the body does know, of which the written one may be the short form: `container_name` for `name`. */
function longerName(schema: BlockSchema, name: string): string | undefined {
  const words = wordsOf(name);
  return Object.keys(schema.attributes ?? {}).find((other) => {
    const own = wordsOf(other);
    return words.every((word) => own.includes(word));
  });
}

/** Why the argument cannot be moved to that body. */
function objectionTo(site: ArgumentSite, top: BlockSchema, path: Path, home: Block): string | undefined {
  const { attribute, scope } = site;
  const where = path.join(".") || "the resource";
  if (attributeOf(home.body, attribute.name) !== undefined) return `${where} sets it already`;
  const wanted = schemaAt(top, path)?.attributes?.[attribute.name];
  if (wanted === undefined) return `${where} does not know it`;
  return valueFits(attribute.value, attributeType(wanted), scope) === "yes"
    ? undefined
    : `nothing tells that its value fits in ${where}`;
}

/**
 * Moves an argument that stands in the wrong body of a resource to the one that takes it: `volume_size` of an `aws_instance` into its
 * `root_block_device`, or out of a block that it does not belong to.
 *
 * Certain only where one body in the whole of the resource's schema takes an argument of that very name, that body is written there
 * once, does not set it yet, and the value is known to fit. An argument that several blocks take (`enabled`, `encrypted`) is left
 * alone even if one of them alone is written: another may be what is missing. So is one that may be the short form of a name that the body
 * does know.
 */
export const misplacedArgument: Fixer = {
  name: "misplaced-argument",
  classes: ["unsupported-argument"],
  propose(problem, world): Proposal {
    const site = argumentSite(problem, world);
    const [outermost] = site?.blocks ?? [];
    if (site === undefined || outermost === undefined || isLostInput(site, world)) return null;
    if (outermost.type !== "resource" && outermost.type !== "data") return null;
    const { attribute, schema, blocks } = site;
    const top = fullSchemaOfBody(world, [outermost]);
    if (top === undefined || hasName(schema, attribute.name)) return null;
    if (blocks.some(({ type }) => type === "dynamic" || type === "lifecycle")) return null;
    const longer = longerName(schema, attribute.name);
    const homes = homesOf(top, attribute.name);
    const [path, another] = homes ?? [];
    if (path === undefined) return null;
    const candidates = (homes ?? []).map((one) => [...one, attribute.name].join(".")).slice(0, 5);
    const unsure = (reason: string): Proposal => ({ kind: "unsure", reason, candidates });
    if (longer !== undefined) return unsure(`${longer} of this body may be meant`);
    if (another !== undefined) return unsure("several blocks take an argument of that name");
    const home = blockAt(outermost, path);
    if (home === undefined) return unsure(`no single ${path.join(".")} block is written to take it`);
    const objection = objectionTo(site, top, path, home);
    if (objection !== undefined) return unsure(objection);
    const line = attribute.source.text.slice(attribute.start, attribute.end);
    return {
      kind: "edits",
      edits: [removed(attribute), appended(home, [line])],
      sentence: `${attribute.name} belongs to ${path.join(".") || "the resource itself"}: nothing else of this resource takes it.`,
    };
  },
};
