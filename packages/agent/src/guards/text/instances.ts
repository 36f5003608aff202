import type { JsonObject, JsonPath } from "@apex/core";
import { configuredResources } from "@apex/generators-hcl";
import { type Located, textOf } from "@apex/generators-hcl/syntax";
import type { TextChange } from "../guard.ts";
import { inventoryOf, type Written } from "../inventory.ts";
import { meaningOf } from "../tokens.ts";
import type { Pairing } from "./declaration-rules.ts";
import { type Leaf, leavesOf } from "./leaves.ts";
import { isLocalSource } from "./module-source.ts";
import { plainValues } from "./plain-values.ts";

/** A resource instance, or a module call, before and after an edit. */
export interface Instance {
  readonly address: string;
  readonly file: string;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly old: ReadonlyMap<string, Leaf>;
  readonly now: ReadonlyMap<string, Leaf>;
  /** Its block in both texts. */
  readonly pair: Pairing | undefined;
  ignores(path: JsonPath): boolean;
}

function placeKey({ source, start }: Pick<Located, "source" | "start">): string {
  return `${source.file}:${start}`;
}

/** Kinds of blocks that set values of their own. */
const VALUED: ReadonlySet<string> = new Set(["resource", "data", "ephemeral", "module"]);

/** Whether its values are judged by its own text: those of a module that is here are judged where they arrive. */
function isValued({ kind, text, block }: Written): boolean {
  return VALUED.has(kind) && block !== undefined && !(kind === "module" && isLocalSource(text));
}

/** `module.net`, `aws_instance.web`: of all instances, because which there are is not known. */
export function blockAddress({ kind, labels }: Written): string {
  return kind === "resource" ? labels.join(".") : [kind, ...labels].join(".");
}

/** Every resource instance that both texts declare, blocks whose instances are not known, and calls of modules from elsewhere. */
export function instancesOf(change: TextChange, pairs: readonly Pairing[]): readonly Instance[] {
  const [before, after] = [configuredResources(change.original), configuredResources(change.edited)];
  const byPlace = new Map(
    pairs.flatMap((pair) => (pair.before.block === undefined ? [] : [[placeKey(pair.before.block), pair]])),
  );
  const expanded = new Set<string>();
  const known = [...before.resources].flatMap(([address, old]): Instance[] => {
    const now = after.resources.get(address);
    if (now === undefined) return [];
    const place = placeKey(old.block);
    expanded.add(place);
    return [
      {
        address,
        file: old.block.source.file,
        before: old.values,
        after: now.values,
        old: leavesOf(old.values),
        now: leavesOf(now.values),
        pair: byPlace.get(place),
        ignores: (path) => old.ignores(path),
      },
    ];
  });
  const rest = pairs
    .filter(
      ({ before }) => isValued(before) && before.block !== undefined && !expanded.has(placeKey(before.block)),
    )
    .map((pair): Instance => {
      const values = [plainValues(pair.before, change.original), plainValues(pair.after, change.edited)];
      const [old = {}, now = {}] = values;
      return {
        address: blockAddress(pair.before),
        file: pair.before.file,
        before: old,
        after: now,
        old: leavesOf(old),
        now: leavesOf(now),
        pair,
        ignores: () => false,
      };
    });
  return [...known, ...rest];
}

/** What is written of an attribute or of nested blocks by name; also of those that a `dynamic` block makes. */
export function partsText({ block }: Written, name: string): string {
  if (block === undefined) return "";
  const parts = [
    ...block.body.attributes.filter((attribute) => attribute.name === name),
    ...block.body.blocks.filter(
      ({ type, labels }) => type === name || (type === "dynamic" && labels[0] === name),
    ),
  ];
  return parts.map(textOf).join("\n");
}

/** The texts of the parts of a block that an edit changed or took out. */
export function changedParts({ before, after }: Pairing): readonly string[] {
  const kept = new Set(partsOf(after).map(meaningOf));
  return partsOf(before).filter((text) => !kept.has(meaningOf(text)));
}

function partsOf({ block, text }: Written): readonly string[] {
  if (block === undefined) return [text];
  return [...block.body.attributes, ...block.body.blocks].map(textOf);
}

/** Declarations of a configuration whose values are read from their text alone, by the address that stands for all their instances. */
export function unexpanded(
  configuration: TextChange["original"],
): readonly { readonly address: string; readonly type: string; readonly values: JsonObject }[] {
  const { resources } = configuredResources(configuration);
  const expanded = new Set([...resources.values()].map(({ block }) => placeKey(block)));
  return inventoryOf(configuration)
    .filter(
      (written) => isValued(written) && written.block !== undefined && !expanded.has(placeKey(written.block)),
    )
    .map((written) => ({
      address: written.key,
      type: written.kind === "module" ? "module" : (written.labels[0] ?? ""),
      values: plainValues(written, configuration),
    }));
}
