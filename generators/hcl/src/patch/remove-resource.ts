import { type IntendedChange, REMOVABLE_TYPES, type TextEdit } from "@apex/core";
import { attributeOf } from "../configuration/module-definition.ts";
import { directoryOf, isOverrideFile } from "../configuration/module-path.ts";
import type { Configuration } from "../configuration/read-configuration.ts";
import type { ResourceInstance } from "../evaluate/interpreter.ts";
import { type Block, placeOf } from "../syntax/expression.ts";
import type { SiteIndex } from "../trace/site-index.ts";
import { mentionsOf, textsWith } from "./mentions.ts";
import { removeBlock } from "./remove-text.ts";

/** Resource blocks that can go together, or why not. */
export type Removed =
  | {
      readonly kind: "removed";
      readonly textEdits: readonly TextEdit[];
      readonly addresses: readonly string[];
      readonly trace: readonly string[];
    }
  | { readonly kind: "refused"; readonly reason: string };

type RemoveResource = Extract<IntendedChange, { kind: "remove-resource" }>;

/** Places that a refusal lists. */
const PLACES_MAX = 5;

/**
 * Tries to take the blocks of all resources that one request removes out of their files. Refused as a whole where one of them
 * makes several instances or is used elsewhere: what else is named in the configuration would break or change.
 */
export function removeResources(
  configuration: Configuration,
  index: SiteIndex,
  changes: readonly RemoveResource[],
): Removed {
  const found: (ResourceInstance & { readonly names: readonly string[] })[] = [];
  for (const { address, names = [] } of changes) {
    const instance = index.fleet.instances.get(address);
    const reason =
      instance === undefined
        ? `${address} is not among the instances that the configuration declares`
        : whyNot(configuration, index, instance);
    if (reason !== undefined) return { kind: "refused", reason };
    if (instance !== undefined) found.push({ ...instance, names });
  }
  const blocks = found.map(({ declaration }) => declaration.block);
  const textEdits: TextEdit[] = [];
  for (const { text, declaration, scope, names } of found) {
    const { directory } = scope.module.definition;
    const places = [
      ...new Set([
        ...mentionsOf(configuration, { ...declaration, directory }, blocks),
        ...textsWith(configuration, names, blocks),
      ]),
    ];
    if (places.length > 0) {
      const more = places.length > PLACES_MAX ? ` and ${places.length - PLACES_MAX} more` : "";
      const list = `${places.slice(0, PLACES_MAX).join(", ")}${more}`;
      return { kind: "refused", reason: `${text} cannot be removed: ${list} still names it` };
    }
    const body = configuration.parsed.get(declaration.block.source.file)?.body;
    if (body !== undefined) textEdits.push(...removeBlock(declaration.block, body));
  }
  return {
    kind: "removed",
    textEdits,
    addresses: found.map(({ text }) => text),
    trace: found.map(
      ({ text, declaration }) => `${text} is removed with its block at ${placeOf(declaration.block)}`,
    ),
  };
}

/** Why the block of an instance is not to be removed, whatever else there is; `undefined` when it may. */
function whyNot(
  configuration: Configuration,
  index: SiteIndex,
  { text, address, declaration, scope }: ResourceInstance,
): string | undefined {
  const { block, type } = declaration;
  const place = placeOf(block);
  if (address.mode !== "managed" || !REMOVABLE_TYPES.has(type))
    return `${text} is not removed: only types that hold no data are`;
  for (const name of ["count", "for_each"]) {
    if (attributeOf(block.body, name) !== undefined)
      return `${text} is made by ${name} of the block at ${place}, which decides over more than this one`;
  }
  if (isProtected(block)) return `${text} has prevent_destroy in the block at ${place}`;
  if (block.body.blocks.some((inner) => inner.type === "provisioner"))
    return `${text} has a provisioner in the block at ${place}, which may act when it is destroyed`;
  const { definition } = scope.module;
  if (definition.directory.startsWith(".."))
    return `${text} is in ${definition.directory}, outside of the root module: other configurations may use it too`;
  const calls = [...configuration.modules.values()].flatMap((module) =>
    [...module.calls.values()].filter(({ directory }) => directory === definition.directory),
  );
  const copies = index.fleet.modules.filter((module) => module.definition === definition);
  if (calls.length > 1 || copies.length > 1)
    return `${text} is in module ${definition.directory}, which is used more than once: it would be removed from each`;
  return unreadable(configuration, definition.directory) ?? overridden(configuration, declaration, text);
}

/** Anything but a plain `false` protects. */
function isProtected(block: Block): boolean {
  return block.body.blocks.some((inner) => {
    if (inner.type !== "lifecycle") return false;
    const value = attributeOf(inner.body, "prevent_destroy")?.value;
    return value !== undefined && !(value.kind === "literal" && value.value === false);
  });
}

/** What cannot be read may refer to anything. */
function unreadable(configuration: Configuration, directory: string): string | undefined {
  const error = configuration.diagnostics.find(
    ({ severity, source }) =>
      severity === "error" && source !== undefined && directoryOf(source.file) === directory,
  );
  return error?.source === undefined
    ? undefined
    : `${error.source.file} has errors, so it is not known what it refers to: ${error.summary}`;
}

/** Without the block that it changes, an override is an error; two plain blocks are one already. */
function overridden(
  configuration: Configuration,
  { type, name, block }: ResourceInstance["declaration"],
  text: string,
): string | undefined {
  const directory = directoryOf(block.source.file);
  for (const { source, body } of configuration.parsed.values()) {
    if (!isOverrideFile(source.file) || directoryOf(source.file) !== directory) continue;
    const other = body.blocks.find(
      ({ type: kind, labels }) => kind === "resource" && labels[0] === type && labels[1] === name,
    );
    if (other !== undefined) return `${text} is also declared at ${placeOf(other)}`;
  }
  return undefined;
}
