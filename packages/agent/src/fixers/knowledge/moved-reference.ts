import { attributeOf, type Configuration, directoryOf } from "@apex/generators-hcl";
import { type Expression, expressionsIn, textOf } from "@apex/generators-hcl/syntax";
import { attributeAt } from "../../world/locate.ts";
import type { Fixer } from "../fixer.ts";
import { replaced } from "./text-pieces.ts";

/** Moves that follow one another; more of them are a circle or nobody's history. */
const MOVES_MAX = 20;

/** `from` → `to` of the `moved` blocks of a directory that name whole resources or modules. */
function movesIn(configuration: Configuration, directory: string): ReadonlyMap<string, string> {
  const moves = new Map<string, string>();
  for (const [file, { body }] of configuration.parsed) {
    if (directoryOf(file) !== directory) continue;
    for (const block of body.blocks) {
      const [from, to] = ["from", "to"].map((name) => attributeOf(block.body, name)?.value);
      if (block.type === "moved" && from !== undefined && to !== undefined)
        moves.set(textOf(from), textOf(to));
    }
  }
  return moves;
}

function isDeclared(configuration: Configuration, directory: string, address: string): boolean {
  const module = configuration.modules.get(directory);
  return address.startsWith("module.")
    ? (module?.calls.has(address.slice("module.".length)) ?? false)
    : (module?.resources.has(address) ?? false);
}

/** Where the last of the moves from an address leads to, if that is declared. */
function movedTo(configuration: Configuration, directory: string, address: string): string | undefined {
  const moves = movesIn(configuration, directory);
  let at: string | undefined = moves.get(address);
  for (
    let count = 0;
    count < MOVES_MAX && at !== undefined && !isDeclared(configuration, directory, at);
    count++
  )
    at = moves.get(at);
  return at !== undefined && isDeclared(configuration, directory, at) ? at : undefined;
}

function isWhole(expression: Expression, address: string): boolean {
  return expression.kind === "attribute" && textOf(expression) === address;
}

/**
 * Writes the new name where a reference still has the old one of a resource or module that a `moved` block of the same module
 * renamed: its owner says there what it is called now. Not where only single instances moved, or where the new name is not declared.
 */
export const movedReference: Fixer = {
  name: "moved-reference",
  classes: ["undeclared-resource", "undeclared-module"],
  propose({ class: problemClass, place, names }, { configuration }) {
    const { type, name } = names;
    if (place === undefined || name === undefined) return null;
    const address = problemClass === "undeclared-module" ? `module.${name}` : `${type}.${name}`;
    const to = movedTo(configuration, directoryOf(place.file), address);
    const attribute = attributeAt(configuration, place);
    if (to === undefined || attribute === undefined) return null;
    const uses = [...expressionsIn({ body: { attributes: [attribute], blocks: [] } })].filter(
      (one) => isWhole(one, address) && one.start <= place.end && place.start <= one.end,
    );
    if (uses.length === 0) return null;
    return {
      kind: "edits",
      edits: uses.map((use) => replaced(use, to)),
      sentence: `${address} is called ${to} since it was moved`,
    };
  },
};
