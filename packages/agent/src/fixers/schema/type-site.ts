import type { TextEdit } from "@apex/core";
import { directoryOf } from "@apex/generators-hcl";
import type { Block } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import { enclosingBlocks, labelPlaces } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { type Scope, scopeAt } from "../expression-type.ts";
import { usesOf } from "../references/traversals.ts";
import { coreBody } from "./core-schema.ts";
import { missingIn, strangerIn } from "./body-fit.ts";

/** A resource or data source of a type that does not exist. */
export interface TypeSite {
  readonly block: Block;
  readonly mode: "resource" | "data";
  readonly type: string;
  readonly name: string;
  readonly scope: Scope;
}

/** The declaration that a problem points at; `undefined` for one without both labels. */
export function typeSite(problem: Problem, world: World): TypeSite | undefined {
  const { place } = problem;
  if (place === undefined) return undefined;
  const [block] = enclosingBlocks(world.configuration, place);
  const [type, name] = block?.labels ?? [];
  const scope = scopeAt(world, place.file, block);
  if (block === undefined || type === undefined || name === undefined || scope === undefined)
    return undefined;
  const mode = block.type;
  return mode === "resource" || mode === "data" ? { block, mode, type, name, scope } : undefined;
}

/** Why the body cannot be one of that type; `undefined` where all that is written belongs to it and nothing is missing. */
export function bodyObjection(
  { block, scope }: TypeSite,
  mode: "resource" | "data",
  type: string,
): string | undefined {
  const schema = coreBody(scope.world, mode, [type]);
  if (schema === undefined) return `there is no ${mode} ${type}`;
  const stranger = strangerIn(block.body, schema, scope);
  if (stranger !== undefined) return `${stranger} does not belong to ${type}`;
  const missing = missingIn(block.body, schema);
  return missing === undefined ? undefined : `${type} needs ${missing}`;
}

/** Edits that make the declaration, and all that refers to it by its written type, one of another type or mode. */
export function retypeEdits(
  site: TypeSite,
  mode: "resource" | "data",
  type: string,
): readonly TextEdit[] | undefined {
  const { block, name, scope } = site;
  const { source } = block;
  const [label] = labelPlaces(block);
  if (label === undefined) return undefined;
  const start = site.mode === "data" ? `data.${site.type}` : site.type;
  const names = site.mode === "data" ? (["data", site.type, name] as const) : ([site.type, name] as const);
  const uses = usesOf(scope.world.configuration, directoryOf(source.file), [...names]);
  const head = { file: source.file, start: block.start, end: block.start + block.type.length, text: mode };
  return [
    ...(mode === site.mode ? [] : [head]),
    ...(type === site.type ? [] : [{ ...label, text: `"${type}"` }]),
    ...uses.map((place) => ({
      file: place.file,
      start: place.start,
      end: place.start + start.length,
      text: mode === "data" ? `data.${type}` : type,
    })),
  ];
}

/** Whether something of that type and name is declared already, which the edit would make a duplicate. */
export function isTaken({ scope, name }: TypeSite, mode: "resource" | "data", type: string): boolean {
  return scope.module.resources.has(mode === "data" ? `data.${type}.${name}` : `${type}.${name}`);
}
