import { topLevelBlocks } from "./hcl-blocks.ts";
import { labelledBlocks } from "./json-blocks.ts";

/** A call of a module as it is written: only what tells where its files are. */
export interface ModuleCall {
  readonly name: string;
  readonly source: string;
  /** The constraint on a registry's versions, as it is written. */
  readonly version?: string;
}

function callOf(name: string | undefined, source: unknown, version: unknown): readonly ModuleCall[] {
  if (name === undefined || typeof source !== "string") return [];
  return [{ name, source, ...(typeof version === "string" ? { version } : {}) }];
}

/** The module calls of a `.tf` file. */
export function moduleCalls(text: string): readonly ModuleCall[] {
  return topLevelBlocks(text).flatMap(({ labels: [type, name], arguments: given }) =>
    type === "module" ? callOf(name, given.get("source"), given.get("version")) : [],
  );
}

/** The module calls of a `.tf.json` file. */
export function jsonModuleCalls(text: string): readonly ModuleCall[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  return labelledBlocks(parsed, ["module"]).flatMap(({ labels: [name], body }) =>
    callOf(name, body["source"], body["version"]),
  );
}

/** Whether a module's source is a directory beside its caller. */
export function isLocalSource(source: string): boolean {
  return source === "." || source === ".." || source.startsWith("./") || source.startsWith("../");
}

const RELATIVE_STRING = /"((?:\$\{path\.(?:module|root|cwd)\}\/)?[^"\n$]*\.\.\/[^"\n]*)"/g;

/** Paths written in strings that lead out of their directory, cut before the first interpolation. */
export function outwardPaths(text: string): readonly string[] {
  return [...text.matchAll(RELATIVE_STRING)].flatMap(([, found = ""]) => {
    const path = found.replace(/^\$\{path\.(?:module|root|cwd)\}\//, "");
    const interpolation = path.indexOf("${");
    if (interpolation < 0) return [path];
    const folder = path.slice(0, path.lastIndexOf("/", interpolation) + 1);
    return folder === "" ? [] : [folder];
  });
}
