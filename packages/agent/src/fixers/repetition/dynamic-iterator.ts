import { attributeOf } from "@apex/generators-hcl";
import { type Block, type Expression, expressionsIn } from "@apex/generators-hcl/syntax";
import { enclosingBlocks } from "../../world/locate.ts";
import type { Fixer, Proposal } from "../fixer.ts";

type Part = Extract<Expression, { readonly kind: "attribute" }>;

/** The references `root.key` and `root.value` in a block. */
function partsOf(block: Pick<Block, "body">, root: string): readonly Part[] {
  return [...expressionsIn(block)].filter(
    (one): one is Part =>
      one.kind === "attribute" &&
      one.of.kind === "root" &&
      one.of.name === root &&
      (one.name === "key" || one.name === "value"),
  );
}

/** The name that the content of a `dynamic` block knows its element by. */
function iteratorOf(dynamic: Block): string | undefined {
  const iterator = attributeOf(dynamic.body, "iterator");
  if (iterator === undefined) return dynamic.labels[0];
  return iterator.value.kind === "root" ? iterator.value.name : undefined;
}

/**
 * Puts the iterator of a `dynamic` block in place of `each`, which is the element of the resource.
 *
 * Certain only where the resource does not repeat, every `each` in it stands in the content of that one block, and nothing there uses
 * the iterator yet: else the resource itself may have been meant to repeat.
 */
export const dynamicIterator: Fixer = {
  name: "dynamic-iterator",
  classes: ["no-repetition"],
  propose({ place, names }, { configuration }): Proposal {
    if (place === undefined || names["name"] !== "each") return null;
    const blocks = enclosingBlocks(configuration, place);
    const [outermost] = blocks;
    const dynamics = blocks.filter(({ type }) => type === "dynamic");
    const [dynamic, another] = dynamics;
    const content = blocks[blocks.findIndex((block) => block === dynamic) + 1];
    if (outermost === undefined || dynamic === undefined || content?.type !== "content") return null;
    const iterator = iteratorOf(dynamic);
    if (another !== undefined || iterator === undefined) return null;
    const inContent = partsOf(content, "each");
    const hasOthers = partsOf(outermost, "each").length > inContent.length;
    const usesIterator = partsOf(content, iterator).length > 0;
    if (hasOthers || usesIterator) {
      const reason = "each is the element of a resource that repeats, and this one may have been meant to";
      return { kind: "unsure", reason, candidates: [iterator] };
    }
    const { file } = place;
    return {
      kind: "edits",
      edits: inContent.map(({ of: { start, end } }) => ({ file, start, end, text: iterator })),
      sentence: `The content of dynamic "${dynamic.labels[0] ?? ""}" knows its element as ${iterator}; each is that of a resource that repeats, which this one does not.`,
    };
  },
};
