import type { JsonObject } from "@apex/core";
import { attributeOf, directoryOf, type ModuleDefinition } from "@apex/generators-hcl";
import { type Block, type Expression, formatLiteral, textOf } from "@apex/generators-hcl/syntax";
import { enclosingBlocks, schemaOfBody } from "../../world/locate.ts";
import { wordsOf } from "../../world/nearest.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { isPlain, knownBody } from "./known-value.ts";
import { isSettingOfOne, type Referent, referentOf } from "./referents.ts";
import { areApart, areOpposed } from "./name-relations.ts";
import { referencesIn } from "./references-in.ts";
import { isRepeated } from "./resource-place.ts";
import { insertedArgument } from "./text-pieces.ts";
import { callsOf } from "./variable-use.ts";

/** A body that lacks an argument. */
interface Lack {
  readonly world: World;
  readonly name: string;
  readonly blocks: readonly Block[];
  readonly body: Block;
  readonly resource: Block;
  readonly module: ModuleDefinition;
}

function unsure(reason: string, candidates: readonly string[] = []): Proposal {
  return { kind: "unsure", reason, candidates };
}

function inserted({ body, name }: Lack, value: string, why: string): Proposal {
  return {
    kind: "edits",
    edits: [insertedArgument(body, name, value)],
    sentence: `${name} is ${value}: ${why}`,
  };
}

/** Whether an argument of the body is not one of its schema's: it may be the missing one under another name. */
function hasStranger({ body, blocks, world }: Lack): boolean {
  const schema = schemaOfBody(world, blocks);
  if (schema === undefined) return false;
  const meta = new Set(["count", "for_each", "provider", "depends_on"]);
  return body.body.attributes.some(
    ({ name }) => schema.attributes?.[name] === undefined && !(blocks.length === 1 && meta.has(name)),
  );
}

/** Whether a resource needs, over other resources and locals, something of another. */
function needs(module: ModuleDefinition, from: string, target: string): boolean {
  const pending = [from];
  const seen = new Set(pending);
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (at === target) return true;
    const piece = at.startsWith("local.") ? module.locals.get(at.slice(6)) : module.resources.get(at)?.block;
    for (const next of piece === undefined ? [] : referencesIn(piece)) {
      if (!seen.has(next)) pending.push(next);
      seen.add(next);
    }
  }
  return false;
}

/** Whether a name ends with all the words of the argument's: `shared_vpc_id` for `vpc_id`. */
function endsLike(name: string, argument: string): boolean {
  return `_${wordsOf(name).join("_")}`.endsWith(`_${wordsOf(argument).join("_")}`);
}

/** What else in the module could be meant by a name: a variable, a local, an output of a module that is called. */
function rivals({ module, name, world }: Lack): readonly string[] {
  const alike = (root: string, names: Iterable<string>): readonly string[] =>
    [...names].filter((one) => endsLike(one, name)).map((one) => `${root}.${one}`);
  const outputs = [...module.calls.values()].flatMap((call) =>
    alike(
      `module.${call.name}`,
      world.configuration.modules.get(call.directory ?? " ")?.outputs.keys() ?? [],
    ),
  );
  return [...alike("var", module.variables.keys()), ...alike("local", module.locals.keys()), ...outputs];
}

/** What the module's other resources of the type have for the argument. */
function siblingValues({ module, resource, name }: Lack): readonly Expression[] {
  return [...module.resources.values()].flatMap(({ mode, type, block }) => {
    const value = attributeOf(block.body, name)?.value;
    return mode !== "managed" || type !== resource.labels[0] || value === undefined ? [] : [value];
  });
}

function isOf(owner: string, value: Expression): boolean {
  return value.kind === "attribute" && textOf(value.of) === owner;
}

/** What of a record and of its zone have the same ending. Source: the resources' pages. */
const RECORDS: Readonly<Record<string, string>> = {
  aws_route53_record: "name",
  google_dns_record_set: "dns_name",
};

function constantText({ body }: Block, name: string): string | undefined {
  const value = attributeOf(body, name)?.value;
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : undefined;
}

/** Whether a record has a name that cannot be in a zone, as far as both are written. */
function isInOtherZone(record: Block, zone: Block): boolean {
  const [type = ""] = record.labels;
  const ending = Object.hasOwn(RECORDS, type) ? RECORDS[type] : undefined;
  const domain = ending === undefined ? undefined : constantText(zone, ending)?.replace(/\.$/, "");
  const name = constantText(record, "name")?.replace(/\.$/, "");
  if (domain === undefined || name === undefined || !name.includes(".")) return false;
  return name !== domain && !name.endsWith(`.${domain}`);
}

function fromConfiguration(lack: Lack, referent: Referent): Proposal {
  const { module, resource } = lack;
  const all = [...module.resources.values()];
  const likely = all.filter(({ type }) => type === referent.type || referent.likewise.includes(type));
  const names = likely.map(({ mode, type, name }) => `${mode === "data" ? "data." : ""}${type}.${name}`);
  const others = rivals(lack);
  const [only] = likely;
  const [owner = ""] = names;
  if (likely.length + others.length !== 1 || only?.mode !== "managed" || only.type !== referent.type) {
    const reason = `which ${referent.type} is meant cannot be told`;
    return names.length + others.length === 0 ? null : unsure(reason, [...names, ...others]);
  }
  if (isRepeated(only.block)) return unsure(`there are several of ${owner}`, [owner]);
  const isPart = isSettingOfOne(resource.labels[0] ?? "");
  const own = resource.labels[1] ?? "";
  if (areOpposed(only.name, own) || (isPart && areApart(only.name, own)))
    return unsure(`${owner} is the only one, but the names tell of another`, [owner]);
  if (isInOtherZone(resource, only.block))
    return unsure(`${owner} is the only one, but the name of the record is of another zone`, [owner]);
  const siblings = siblingValues(lack);
  if (siblings.some((value) => !isOf(owner, value)))
    return unsure(`${owner} is the only one, but others of the type are given something else`, [owner]);
  if (isPart && siblings.length > 0) return unsure(`${owner} has one already, and takes no second`, [owner]);
  if (needs(module, owner, resource.labels.join(".")))
    return unsure(`${owner} needs this resource itself`, [owner]);
  // `.id` or `.self_link`, as the others of the type have it.
  const [sibling] = siblings;
  const value = sibling === undefined ? `${owner}.${referent.attribute}` : textOf(sibling);
  return inserted(lack, value, `the only ${referent.type} of the module`);
}

/** The declared resource whose known attribute is the value that the state has. */
function ownerOf({ module, world, resource }: Lack, referent: Referent, value: string): string | undefined {
  const directory = directoryOf(resource.source.file);
  const owners = [...module.resources.values()].filter(({ mode, type, name, block }) => {
    if (mode !== "managed" || type !== referent.type || isRepeated(block) || directory !== "") return false;
    const known = world.state.find(({ address }) => address === `${type}.${name}`);
    return known?.attributes[referent.attribute] === value;
  });
  const [only] = owners;
  return owners.length === 1 && only !== undefined
    ? `${only.type}.${only.name}.${referent.attribute}`
    : undefined;
}

function fromState(lack: Lack, known: JsonObject): Proposal {
  const { name, blocks, world, resource } = lack;
  const value = known[name];
  const schema = schemaOfBody(world, blocks)?.attributes?.[name];
  if (schema === undefined || value === undefined || value === null) return null;
  if (!isPlain(name, value, schema))
    return unsure(`the state has a value for ${name} that is not to be copied`);
  const referent = blocks.length === 1 ? referentOf(resource.labels[0] ?? "", name) : undefined;
  const isText = referent !== undefined && typeof value === "string";
  const owner = isText ? ownerOf(lack, referent, value) : undefined;
  const why = "the resource exists, and the state tells it";
  return inserted(lack, owner ?? formatLiteral(value), why);
}

function typeText(type: Expression | undefined): string {
  return type === undefined ? "any" : textOf(type).replace(/\s+/g, "");
}

/** The caller's own variable of the same name and type, where every other call of the module is given just that. */
function moduleInput(lack: Lack): Proposal {
  const { module, name, world, resource } = lack;
  const call = module.calls.get(resource.labels[0] ?? "");
  const { directory } = call ?? {};
  const input = world.configuration.modules.get(directory ?? " ")?.variables.get(name);
  if (directory === undefined || input === undefined || input.default !== undefined) return null;
  const given = callsOf(world.configuration, directory).flatMap(({ block }) => {
    const value = attributeOf(block.body, name)?.value;
    return value === undefined ? [] : [textOf(value)];
  });
  const own = module.variables.get(name);
  const value = `var.${name}`;
  const others = given.filter((text) => text !== value);
  if (own === undefined || others.length > 0 || typeText(own.type) !== typeText(input.type)) {
    const candidates = [...new Set([...(own === undefined ? [] : [value]), ...others])];
    return candidates.length === 0
      ? null
      : unsure(`what module ${call?.name} is to get as ${name} cannot be told`, candidates);
  }
  return inserted(lack, value, "the caller's variable of the same name and type");
}

/**
 * Writes a required argument whose value follows from what is there: what the state has for the resource (a plain constant, or the
 * declared resource whose attribute it is); the only resource of the type that the argument can refer to; for a module's
 * input, the caller's variable of the same name and type. Not where another argument of the body is unknown (it may be this one under
 * another name), where a variable, local or module output could be meant as well, where others of the type are given something else or
 * the names tell of another, and never a secret, a document, a size or
 * an image: nothing is made up.
 */
export const missingArgument: Fixer = {
  name: "missing-argument",
  classes: ["missing-argument"],
  propose({ names, place }, world) {
    const { name } = names;
    if (place === undefined || name === undefined || names["why"] !== undefined) return null;
    const blocks = enclosingBlocks(world.configuration, place);
    const [resource] = blocks;
    const body = blocks.at(-1);
    const module = world.configuration.modules.get(directoryOf(place.file));
    if (resource === undefined || body === undefined || module === undefined) return null;
    if (attributeOf(body.body, name) !== undefined) return null;
    const lack: Lack = { world, name, blocks, body, resource, module };
    if (resource.type === "module") return moduleInput(lack);
    if (resource.type !== "resource" || hasStranger(lack)) return null;
    const known = knownBody(world, blocks);
    const told = known === undefined ? null : fromState(lack, known);
    if (told !== null) return told;
    const referent = blocks.length === 1 ? referentOf(resource.labels[0] ?? "", name) : undefined;
    return referent === undefined ? null : fromConfiguration(lack, referent);
  },
};
