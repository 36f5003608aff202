import { type Block, type Expression, expressionsIn } from "@apex/generators-hcl/syntax";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import { scopeAt, typeOf } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { writtenValues } from "./written-values.ts";

/** Whether a value is a list of strings that are all different: as a set it has the same elements. */
function isDistinctStrings(value: Expression): boolean {
  if (value.kind === "call") return value.name === "keys" && value.arguments.length === 1;
  if (value.kind !== "tuple") return false;
  const texts = value.items.map((item) => (item.kind === "literal" ? item.value : undefined));
  return texts.every((text) => typeof text === "string") && new Set(texts).size === texts.length;
}

/** Whether the block counts on the order of the list: a set has none, and its keys are its values. */
function usesKey(block: Block): boolean {
  for (const expression of expressionsIn(block)) {
    const isKey =
      expression.kind === "attribute" &&
      expression.name === "key" &&
      expression.of.kind === "root" &&
      expression.of.name === "each";
    if (isKey) return true;
  }
  return false;
}

/**
 * A list for `for_each`, which takes a map or a set. It becomes `toset(…)` where every element is written as a string and no two are the
 * same, so that nothing is lost. Where `each.key` is used beside a list whose elements are not in sight, it is unsure, as `each.key`
 * may have been taken for the index.
 */
export const forEachSet: Fixer = {
  name: "for-each-set",
  classes: ["invalid-for-each"],
  propose({ place, names }, world): Proposal {
    if (place === undefined || !/^(?:tuple|list of string)$/.test(names["type"] ?? "")) return null;
    const { configuration } = world;
    const block = enclosingBlocks(configuration, place)[0];
    const attribute = attributeAt(configuration, place);
    const scope = scopeAt(world, place.file, block);
    if (block === undefined || attribute?.name !== "for_each" || scope === undefined) return null;
    const { value } = attribute;
    const values = writtenValues(configuration, scope.module, value);
    const isKnown = values !== undefined && values.length > 0 && values.every(isDistinctStrings);
    if (!isKnown) {
      const type = typeOf(value, scope);
      const isText = JSON.stringify(type) === '["list","string"]';
      const reason = isText
        ? `The elements of for_each are not in sight${usesKey(block) ? ", and each.key would no longer be an index" : ""}: two may be the same`
        : "The elements of for_each are not all known to be different strings";
      return {
        kind: "unsure",
        reason,
        candidates: [`toset(${value.source.text.slice(value.start, value.end)})`],
      };
    }
    const { file } = value.source;
    return {
      kind: "edits",
      edits: [
        { file, start: value.start, end: value.start, text: "toset(" },
        { file, start: value.end, end: value.end, text: ")" },
      ],
      sentence: "for_each takes a set, and the elements of this list are different strings.",
    };
  },
};
