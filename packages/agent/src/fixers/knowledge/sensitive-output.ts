import { attributeOf } from "@apex/generators-hcl";
import { enclosingBlocks } from "../../world/locate.ts";
import type { Fixer } from "../fixer.ts";
import { insertedArgument } from "./text-pieces.ts";

/**
 * Marks the output that Terraform names as sensitive, which only hides it: its value stays what it is. Not where the output says
 * `sensitive` itself, which its owner has decided; the value is never made less sensitive.
 */
export const sensitiveOutput: Fixer = {
  name: "sensitive-output",
  classes: ["sensitive-output"],
  propose({ place }, { configuration }) {
    const blocks = place === undefined ? [] : enclosingBlocks(configuration, place);
    const [output] = blocks;
    if (output?.type !== "output") return null;
    const name = output.labels[0] ?? "";
    if (attributeOf(output.body, "sensitive") !== undefined) {
      const reason = `output ${name} holds a secret and says itself whether it is sensitive`;
      return { kind: "unsure", reason, candidates: ["sensitive = true"] };
    }
    return {
      kind: "edits",
      edits: [insertedArgument(output, "sensitive", "true")],
      sentence: `output ${name} holds a secret and is marked as sensitive; its value stays`,
    };
  },
};
