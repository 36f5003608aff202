import { type Block, type Expression, expressionsIn, textOf } from "@apex/generators-hcl/syntax";
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

/** Which of `each.key` and `each.value` the block uses. */
function usedOfEach(block: Block): ReadonlySet<string> {
  const used = [...expressionsIn(block)].flatMap((expression) => {
    const isEach =
      expression.kind === "attribute" && expression.of.kind === "root" && expression.of.name === "each";
    return isEach ? [expression.name] : [];
  });
  return new Set(used);
}

/**
 * A list for `for_each`, which takes a map or a set. It becomes `toset(…)` where every element is written as a string and no two are the
 * same, so that nothing is lost. Where `each.key` is used beside `each.value`, or beside a list whose elements are not in sight, it is
 * unsure, as `each.key` may have been taken for the index.
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
    const used = usedOfEach(block);
    const unsure = (reason: string): Proposal => ({
      kind: "unsure",
      reason,
      candidates: [`toset(${textOf(value)})`],
    });
    if (!isKnown) {
      const isText = JSON.stringify(typeOf(value, scope)) === '["list","string"]';
      return unsure(
        isText
          ? `The elements of for_each are not in sight${used.has("key") ? ", and each.key would no longer be an index" : ""}: two may be the same`
          : "The elements of for_each are not all known to be different strings",
      );
    }
    if (used.has("key") && used.has("value"))
      return unsure(
        "each.key is used beside each.value, and of a set both are the same: an index may be meant",
      );
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
