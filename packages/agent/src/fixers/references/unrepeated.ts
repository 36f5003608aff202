import { enclosingBlocks } from "../../world/locate.ts";
import { wordsOf } from "../../world/nearest.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { renamedAttribute } from "../knowledge/text-pieces.ts";
import { fullSchemaOfBody } from "../schema/core-schema.ts";
import { hasName } from "../schema/argument-site.ts";
import { judgeSlip } from "../slip.ts";

const REPETITIONS = ["for_each", "count"] as const;
const REPEATED_BLOCKS: ReadonlySet<string> = new Set(["resource", "data", "module"]);

/**
 * Renames a misspelt `for_each` or `count` of a block whose content uses `each` or `count`: Terraform tells of the content first.
 *
 * Certain only where the body has an argument that no schema knows, that is a slip of the one which the content needs, and that is the
 * only such one. Without it nothing tells over what the block was to repeat.
 */
export const misspeltRepetition: Fixer = {
  name: "misspelt-repetition",
  classes: ["no-repetition"],
  propose(problem, world): Proposal {
    const { place, names } = problem;
    if (place === undefined) return null;
    const [block] = enclosingBlocks(world.configuration, place);
    if (block === undefined || !REPEATED_BLOCKS.has(block.type)) {
      const reason = `${names["name"] ?? "each"} has a value only in resources, data sources and module calls that repeat`;
      return { kind: "unsure", reason, candidates: [] };
    }
    const needed = names["name"] === "count" ? "count" : "for_each";
    const schema = fullSchemaOfBody(world, [block]);
    if (schema === undefined) return null;
    const slips = block.body.attributes.filter(({ name }) => {
      if (hasName(schema, name)) return false;
      const verdict = judgeSlip(
        name,
        REPETITIONS,
        new Set(Object.keys(schema.attributes ?? {}).flatMap(wordsOf)),
      );
      return verdict.kind === "slip" && !verdict.plural && verdict.name === needed;
    });
    const [only, another] = slips;
    if (only === undefined || another !== undefined) {
      const reason = `nothing tells over what this ${block.type} is to repeat`;
      return { kind: "unsure", reason, candidates: [needed] };
    }
    const sentence = `${only.name} is ${needed}: the block uses ${needed === "count" ? "count" : "each"} and has no other argument that is near.`;
    return { kind: "edits", edits: [renamedAttribute(only, needed)], sentence };
  },
};

/**
 * Tells what is wrong with a resource or local value that refers to itself. Never edits: whether the value was to come from another
 * resource, a variable or `self` only its author knows.
 */
export const selfReference: Fixer = {
  name: "self-reference",
  classes: ["self-reference"],
  propose({ names }): Proposal {
    const reason =
      names["why"] === "outside"
        ? "self exists in provisioners, connections and postconditions only, and nothing tells which resource is meant"
        : "it refers to itself, and nothing tells which other value is meant";
    return { kind: "unsure", reason, candidates: [] };
  },
};
