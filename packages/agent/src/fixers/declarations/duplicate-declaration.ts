import { directoryOf } from "@apex/generators-hcl";
import { type Block, type Body, placeOf } from "@apex/generators-hcl/syntax";
import type { FilePlace } from "../../diagnostics/problem.ts";
import { declarationsIn, type Declaration } from "../../world/declared.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { losesComment, normalised, removal } from "./removal.ts";

/** A body as text that does not depend on the order of its arguments, which means nothing. Blocks keep theirs. */
function bodyText({ attributes, blocks }: Body): string {
  const own = attributes.map(normalised).toSorted();
  const inner = blocks.map(
    (block) => `${block.type} ${JSON.stringify(block.labels)} ${bodyText(block.body)}`,
  );
  return JSON.stringify([own, inner]);
}

function isBlock(at: Declaration["at"]): at is Block {
  return "body" in at;
}

function meaning({ at }: Declaration): string {
  return isBlock(at) ? bodyText(at.body) : normalised(at);
}

function covers({ at }: Declaration, place: FilePlace): boolean {
  return at.source.file === place.file && at.start <= place.start && place.start < at.end;
}

/** The declaration at a place and the first one of the same name. */
function pairAt(world: World, place: FilePlace): readonly [Declaration, Declaration] | undefined {
  const declared = declarationsIn(world.configuration, directoryOf(place.file));
  const second = declared.find((declaration) => covers(declaration, place));
  const first = declared.find(
    ({ key, kind, at }) => key === second?.key && kind === second.kind && at !== second.at,
  );
  return first === undefined || second === undefined ? undefined : [first, second];
}

/**
 * Something that is declared twice. The second declaration goes if both are the same but for space and the order of
 * arguments, and no comment goes with it. Two that differ are unsure: either may be meant, or both under two names.
 */
export const duplicateDeclaration: Fixer = {
  name: "duplicate-declaration",
  classes: ["duplicate-declaration"],
  propose({ place }, world): Proposal {
    const pair = place === undefined ? undefined : pairAt(world, place);
    if (pair === undefined) return null;
    const [first, second] = pair;
    const where = [placeOf(first.at), placeOf(second.at)];
    if (meaning(first) !== meaning(second)) {
      const reason = `${second.key} is declared twice with different contents`;
      return { kind: "unsure", reason, candidates: where };
    }
    const edit = removal(second.at);
    if (edit === undefined || losesComment(second.at, first.at)) return null;
    const sentence = `${second.key} is declared twice with the same contents (${where.join(", ")}): one is enough.`;
    return { kind: "edits", edits: [edit], sentence };
  },
};
