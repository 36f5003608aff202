import {
  attributeOf,
  type Configuration,
  directoryOf,
  joinPath,
  type ModuleCall,
} from "@apex/generators-hcl";
import { textOf } from "@apex/generators-hcl/syntax";
import type { FilePlace, Problem } from "../../diagnostics/problem.ts";
import { enclosingBlocks } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { nameWords } from "../schema-words.ts";
import { judgeSlip } from "../slip.ts";
import { removed } from "./text-pieces.ts";

/** A call and the directory of the module that makes it. */
interface Calling {
  readonly caller: string;
  readonly call: ModuleCall;
}

function callAt(configuration: Configuration, place: FilePlace): Calling | undefined {
  const [block] = enclosingBlocks(configuration, place);
  const caller = directoryOf(place.file);
  const call = configuration.modules.get(caller)?.calls.get(block?.labels[0] ?? "");
  return block?.type === "module" && call !== undefined ? { caller, call } : undefined;
}

/** The calls of that name, in all modules, that a problem without a place can be about. */
function callsNamed(configuration: Configuration, name: string): readonly Calling[] {
  return [...configuration.modules.values()].flatMap(({ directory: caller, calls }) => {
    const call = calls.get(name);
    return call === undefined ? [] : [{ caller, call }];
  });
}

/** Why a call's arguments are not those of the module in a directory; `undefined` when they are. */
function misfit({ modules }: Configuration, { block }: ModuleCall, directory: string): string | undefined {
  const meta = new Set(["source", "version", "count", "for_each", "providers", "depends_on"]);
  const variables = modules.get(directory)?.variables;
  if (variables === undefined) return "it holds no module";
  const given = block.body.attributes.map(({ name }) => name).filter((name) => !meta.has(name));
  const unknown = given.find((name) => !variables.has(name));
  if (unknown !== undefined) return `it has no variable ${unknown}`;
  const missing = [...variables.values()].find(
    (variable) => variable.default === undefined && !given.includes(variable.name),
  );
  return missing === undefined ? undefined : `it needs ${missing.name}`;
}

function sourceEdit({ call }: Calling, source: string, sentence: string): Proposal {
  const value = attributeOf(call.block.body, "source")?.value;
  if (value?.kind !== "literal" || textOf(value) !== `"${call.source}"`) return null;
  const edit = { file: value.source.file, start: value.start + 1, end: value.end - 1, text: source };
  return { kind: "edits", edits: [edit], sentence };
}

/** The path from the caller to a directory, the way a source is written. */
function relativeSource(directory: string, calling: Calling): string {
  const written = calling.call.source;
  const parent = written.slice(0, written.lastIndexOf("/") + 1);
  return `${parent}${directory.slice(directory.lastIndexOf("/") + 1)}`;
}

function nearDirectory(calling: Calling, world: World): Proposal {
  const { configuration } = world;
  const { caller, call } = calling;
  const wanted = call.directory;
  if (wanted === undefined || configuration.modules.has(wanted)) return null;
  const parent = directoryOf(wanted);
  const siblings = [...configuration.modules.keys()].filter(
    (directory) => directory !== "" && directory !== caller && directoryOf(directory) === parent,
  );
  const names = siblings.map((directory) => directory.slice(directory.lastIndexOf("/") + 1));
  const found = judgeSlip(wanted.slice(wanted.lastIndexOf("/") + 1), names, nameWords(world));
  const what = `there is no directory ${wanted} for module ${call.name}`;
  if (found.kind === "unclear") return { kind: "unsure", reason: what, candidates: found.candidates };
  const directory = joinPath(parent, found.name);
  const objection = misfit(configuration, call, directory);
  if (objection !== undefined) {
    const reason = `${what}, and ${directory} is near but does not fit: ${objection}`;
    return { kind: "unsure", reason, candidates: [directory] };
  }
  const source = relativeSource(directory, calling);
  return sourceEdit(
    calling,
    source,
    `${what}: ${source} is the one it is a slip of, and takes what the call gives`,
  );
}

/**
 * A path without `./`, which Terraform takes for an address of a registry or a host. Such an address has at least three parts
 * (Terraform, "Module Sources"): with one or two it can only be a path, whether or not its files were read.
 */
function withoutDot(calling: Calling, configuration: Configuration): Proposal {
  const { caller, call } = calling;
  if (call.directory !== undefined || !/^[\w][\w./-]*$/.test(call.source)) return null;
  const directory = joinPath(caller, call.source);
  const objection = misfit(configuration, call, directory);
  if (objection === undefined) {
    const sentence = `the source of module ${call.name} is the directory ${directory}, whose path has to start with ./`;
    return sourceEdit(calling, `./${call.source}`, sentence);
  }
  if (!configuration.modules.has(directory)) {
    if (!/^[\w-]+(\/[\w.-]+)?$/.test(call.source)) return null;
    const sentence = `the source of module ${call.name} has too few parts for an address of a registry: it is a path, which has to start with ./`;
    return sourceEdit(calling, `./${call.source}`, sentence);
  }
  const reason = `there is a directory ${directory}, but it does not fit module ${call.name}: ${objection}`;
  return { kind: "unsure", reason, candidates: [`./${call.source}`] };
}

function propose(problem: Problem, world: World): Proposal {
  const { configuration } = world;
  const { place, names } = problem;
  const named = place === undefined ? undefined : callAt(configuration, place);
  const callings = named === undefined ? callsNamed(configuration, names["name"] ?? "") : [named];
  const [calling] = callings;
  if (calling === undefined || callings.length > 1) return null;
  const { call } = calling;
  const version = attributeOf(call.block.body, "version");
  if (call.directory !== undefined && version !== undefined) {
    const sentence = `module ${call.name} is a directory, and a directory has no versions`;
    return { kind: "edits", edits: [removed(version)], sentence };
  }
  if (problem.class === "invalid-version-constraint") return null;
  return withoutDot(calling, configuration) ?? nearDirectory(calling, world);
}

/**
 * Mends the source of a local module: `./` before the path of a directory that is there, the one directory beside a misspelt one
 * that it is a slip of, and `version`, which a directory cannot have and Terraform refuses. A directory counts only when it
 * takes just the arguments that the call gives, if its files were read. Sources from elsewhere are never touched.
 */
export const moduleSource: Fixer = {
  name: "module-source",
  classes: ["module-source", "module-not-found", "invalid-version-constraint"],
  propose,
};
