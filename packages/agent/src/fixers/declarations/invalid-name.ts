import { directoryOf } from "@apex/generators-hcl";
import { type Block, textOf } from "@apex/generators-hcl/syntax";
import { declarationsIn } from "../../world/declared.ts";
import { enclosingBlocks, labelPlaces } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";

const VALID = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** The name with what it may not hold replaced; `undefined` where no letter or digit is left. */
function validName(name: string): string | undefined {
  const text = name.trim().replace(/[^\p{L}\p{N}_-]+/gu, "_");
  const named = /^[\p{N}-]/u.test(text) ? `_${text}` : text;
  return VALID.test(named) && /[\p{L}\p{N}]/u.test(named) ? named : undefined;
}

/** How expressions would have to refer to it: they cannot, and so whoever tried meant something that has to be looked at. */
function referencePrefix(block: Block): string {
  const [first = ""] = block.labels;
  if (block.type === "resource") return `${first}.`;
  if (block.type === "data" || block.type === "ephemeral") return `${block.type}.${first}.`;
  if (block.type === "variable") return "var.";
  return `${block.type}.`;
}

/** Whether any text of the configuration holds the name beside its declaration. */
function isMentioned(world: World, block: Block, name: string): boolean {
  const prefix = referencePrefix(block);
  const ways = [`${prefix}${name}`, `.${name}`, `["${name}"]`];
  return [...world.configuration.source.files].some(([file, text]) => {
    const rest = file === block.source.file ? text.slice(0, block.start) + text.slice(block.open) : text;
    return ways.some((way) => rest.includes(way));
  });
}

/**
 * A name that starts with a digit or holds spaces, dots or other signs. They become `_` where the new name is free and the old one is not
 * mentioned anywhere else. Reserved names of variables, and names that callers know, are for a person.
 */
export const invalidName: Fixer = {
  name: "invalid-name",
  classes: ["invalid-name"],
  propose({ place, names }, world): Proposal {
    if (place === undefined) return null;
    const block = enclosingBlocks(world.configuration, place)[0];
    if (block === undefined || names["why"] !== "characters") return null;
    const label = labelPlaces(block).at(-1);
    const name = block.labels.at(-1);
    if (label === undefined || name === undefined || VALID.test(name) || place.start < label.start)
      return null;
    const free = validName(name);
    const declared = declarationsIn(world.configuration, directoryOf(place.file));
    const isTaken = declared.some(
      (other) => other.at !== block && other.name === free && (other.type ?? "") === typeLabel(block),
    );
    // Values are given to variables, and outputs are read, from outside of the configuration as well.
    const isInterface = block.type === "variable" || block.type === "output";
    if (free === undefined || isTaken || isInterface || isMentioned(world, block, name)) {
      const reason = `${JSON.stringify(name)} is no name, and renaming it may concern others`;
      return { kind: "unsure", reason, candidates: free === undefined || isTaken ? [] : [free] };
    }
    const isQuoted = textOf({ source: block.source, ...label }).startsWith('"');
    return {
      kind: "edits",
      edits: [{ ...label, text: isQuoted ? `"${free}"` : free }],
      sentence: `${JSON.stringify(name)} is no name in Terraform; nothing refers to it, and ${free} is free.`,
    };
  },
};

function typeLabel({ type, labels }: Block): string {
  return type === "resource" || type === "data" || type === "ephemeral" ? (labels[0] ?? "") : "";
}
