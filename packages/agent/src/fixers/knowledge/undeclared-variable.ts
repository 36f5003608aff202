import type { TextEdit } from "@apex/core";
import { attributeOf, type Configuration, directoryOf } from "@apex/generators-hcl";
import type { Expression, SourceText } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import { enclosingBlocks } from "../../world/locate.ts";
import { nearest } from "../../world/nearest.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { callsOf, usedVariables } from "./variable-use.ts";

function joined(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

/** Where a declaration goes: `variables.tf`, the file that uses it, or another, where others are declared; else where it is used. */
function placeFor(configuration: Configuration, directory: string, used: string): SourceText | undefined {
  const variables = configuration.parsed.get(joined(directory, "variables.tf"));
  if (variables !== undefined) return variables.source;
  const isPlain = (file: string): boolean =>
    directoryOf(file) === directory && !/(^|_|\/)override\.tf$/.test(file);
  const beside = [...configuration.parsed]
    .filter(([file, { body }]) => isPlain(file) && body.blocks.some(({ type }) => type === "variable"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const own = beside.find(([file]) => file === used);
  return ((own ?? beside[0])?.[1] ?? configuration.parsed.get(used))?.source;
}

/** `variable` after the last one of a file, or at the file's end. */
function declaration(configuration: Configuration, source: SourceText, lines: readonly string[]): TextEdit {
  const { text, file } = source;
  const blocks = configuration.parsed.get(file)?.body.blocks ?? [];
  const last = blocks.findLast(({ type }) => type === "variable");
  const feed = source.lineBreak(last?.start ?? 0);
  const at = last === undefined ? text.length : source.lineEnd(last.end);
  const needsBreak = last !== undefined || (text !== "" && !text.endsWith("\n"));
  const before = `${needsBreak ? feed : ""}${text.trim() === "" ? "" : feed}`;
  const after = last === undefined ? feed : "";
  return { file, start: at, end: at, text: `${before}${lines.join(feed)}${after}` };
}

/** The type that a given value proves: a constant's own, or that of a list of them. */
function typeOf(value: Expression): string | undefined {
  if (value.kind === "literal" && value.value !== null)
    return { string: "string", number: "number", boolean: "bool" }[typeof value.value as "string"];
  if (value.kind === "template") return "string";
  if (value.kind !== "tuple" || value.items.length === 0) return undefined;
  const types = new Set(value.items.map(typeOf));
  const [type] = types;
  return types.size === 1 && type !== undefined && !type.includes("(") ? `list(${type})` : undefined;
}

/** What is known of the value that a variable would get; a text says why that is not enough. */
type Given = { readonly type: string | undefined } | string;

function givenToRoot({ configuration }: World, name: string): Given {
  const assignment = configuration.assignments.get(name);
  if (assignment === undefined)
    return `no variables file that Terraform reads gives ${name} a value, so that a plan would ask for one`;
  if (assignment.kind === "file") return { type: typeOf(assignment.value) };
  // Without a type, what -var gives is a string, whatever it looks like.
  return /^\s*[[{]/.test(assignment.text)
    ? `the type that -var ${name} has is not known`
    : { type: undefined };
}

function givenToModule({ configuration }: World, directory: string, name: string): Given {
  const calls = callsOf(configuration, directory);
  const values = calls.map(({ block }) => attributeOf(block.body, name)?.value);
  if (calls.length === 0 || values.includes(undefined))
    return `not every call of the module in ${directory} gives ${name} a value`;
  const types = new Set(values.map((value) => (value === undefined ? undefined : typeOf(value))));
  const [type] = types;
  return { type: types.size === 1 ? type : undefined };
}

function declare(world: World, directory: string, name: string, usedIn: string): Proposal {
  const { configuration } = world;
  const module = configuration.modules.get(directory);
  const declared = [...(module?.variables.keys() ?? [])];
  const near = nearest(name, declared);
  const given = directory === "" ? givenToRoot(world, name) : givenToModule(world, directory, name);
  if (typeof given === "string") {
    if (near.kind === "clear") return null;
    return { kind: "unsure", reason: given, candidates: near.candidates };
  }
  if (near.kind === "clear") {
    const reason = `${name} has a value, but it may be meant for ${near.name}, which is declared`;
    return { kind: "unsure", reason, candidates: [near.name, name] };
  }
  const source = placeFor(configuration, directory, usedIn);
  if (source === undefined) return null;
  const type = given.type === undefined ? [] : [`  type = ${given.type}`];
  const lines = type.length === 0 ? [`variable "${name}" {}`] : [`variable "${name}" {`, ...type, "}"];
  const from =
    directory === "" ? "a variables file gives it a value" : "every call of the module gives it a value";
  return {
    kind: "edits",
    edits: [declaration(configuration, source, lines)],
    sentence: `var.${name} is declared in ${source.file}: it is used and ${from}`,
  };
}

/** The module that a call leads to, where the call gives a value for a variable that the module uses without declaring it. */
function calledModule({ names, place }: Problem, { configuration }: World): string | undefined {
  const { name } = names;
  if (place === undefined || name === undefined) return undefined;
  const [block] = enclosingBlocks(configuration, place);
  if (block?.type !== "module" || !block.body.attributes.some((attribute) => attribute.name === name))
    return undefined;
  const caller = configuration.modules.get(directoryOf(place.file));
  const directory = caller?.calls.get(block.labels[0] ?? "")?.directory;
  if (directory === undefined || !configuration.modules.has(directory)) return undefined;
  const isDeclared = configuration.modules.get(directory)?.variables.has(name) ?? false;
  return !isDeclared && usedVariables(configuration, directory).has(name) ? directory : undefined;
}

/**
 * Declares a variable that is used and has a value, but no declaration. Certain for the root module where a variables file that
 * Terraform reads, or `-var`, gives the value, and for a local module where every call gives one; its type is the value's own where
 * that is a constant, and else left open. Not where a declared variable is near in name, which may be the one that is meant, nor
 * without a value: a default would be made up, and a plan would ask.
 */
export const undeclaredVariable: Fixer = {
  name: "undeclared-variable",
  classes: ["undeclared-variable", "unsupported-argument"],
  propose(problem, world) {
    const { place, names } = problem;
    const { name } = names;
    if (place === undefined || name === undefined || !/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) return null;
    if (problem.class === "undeclared-variable")
      return declare(world, directoryOf(place.file), name, place.file);
    const directory = calledModule(problem, world);
    const file = [...world.configuration.parsed.keys()]
      .filter((one) => directoryOf(one) === directory)
      .toSorted()[0];
    return directory === undefined || file === undefined ? null : declare(world, directory, name, file);
  },
};
