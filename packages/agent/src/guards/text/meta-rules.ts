import { attributeOf } from "@apex/generators-hcl";
import { textOf } from "@apex/generators-hcl/syntax";
import type { ProblemClass } from "../../diagnostics/problem.ts";
import type { Violation } from "../guard.ts";
import type { Written } from "../inventory.ts";
import type { Named } from "../named.ts";
import { holdsWords, isMend } from "../similar.ts";
import { meaningOf } from "../tokens.ts";
import type { Pairing } from "./declaration-rules.ts";
import { blockAddress } from "./instances.ts";
import { isNamedPath } from "./unasked-values.ts";

/** What decides, besides the values, what a block is or comes to. */
const DECIDING: Readonly<Record<string, readonly string[]>> = {
  resource: ["count", "for_each", "depends_on"],
  data: ["count", "for_each", "depends_on"],
  module: ["count", "for_each", "depends_on"],
  output: ["value", "depends_on"],
  variable: ["default", "type", "nullable"],
};

/** Problems that are told elsewhere, or nowhere, and that one of these attributes can be the answer to. */
const ANSWERED: ReadonlySet<ProblemClass> = new Set<ProblemClass>([
  "cycle",
  "self-reference",
  "no-repetition",
  "conflicting-arguments",
  "invalid-variable-value",
  "no-value-for-variable",
]);

function attributeText({ block }: Written, name: string): string {
  const attribute = block === undefined ? undefined : attributeOf(block.body, name);
  return attribute === undefined ? "" : textOf(attribute);
}

/** Whether a block with the very same expression has a problem in it: what one of them becomes the other has to become. */
function isLikeNamed(name: string, old: string, { pairs, named }: Scene): boolean {
  return pairs.some(
    (other) =>
      meaningOf(attributeText(other.before, name)) === meaningOf(old) &&
      named.problemsOf(other.before).length > 0 &&
      isNamedPath({ path: [name] }, named, other),
  );
}

interface Scene {
  readonly pairs: readonly Pairing[];
  readonly named: Named;
}

function isAsked(name: string, pair: Pairing, scene: Scene): boolean {
  const { named } = scene;
  const { before, after } = pair;
  const [old, now] = [attributeText(before, name), attributeText(after, name)];
  if (meaningOf(old) === meaningOf(now)) return true;
  const problems = named.problemsOf(before);
  // A variable that only others' problems lead to is judged by what its value comes to.
  if (before.kind === "variable" && problems.length === 0) return true;
  if (problems.some((problem) => ANSWERED.has(problem.class))) return true;
  const isWritten = old === "" ? holdsWords(before.text, now, named.names) : isMend(old, now, named.names);
  // Either of the two may be what does not fit the other.
  const steps = before.kind === "variable" ? ["default", "type"] : [name];
  const isNamed = steps.some((step) => isNamedPath({ path: [step] }, named, pair));
  return isWritten || isNamed || (old !== "" && isLikeNamed(name, old, scene));
}

/** How often a block is there, in what order, what an output gives and what a variable is stay as they are where no problem is in them. */
export function metaRules(pairs: readonly Pairing[], named: Named): readonly Violation[] {
  return pairs.flatMap((pair) => {
    const { before, after } = pair;
    const names = Object.hasOwn(DECIDING, before.kind) ? (DECIDING[before.kind] ?? []) : [];
    if (before.meaning === after.meaning || named.isBroken(before.file)) return [];
    return names
      .filter((name) => !isAsked(name, pair, { pairs, named }))
      .map((name): Violation => {
        const sentence = `${name} of ${blockAddress(before)} would be another one, which no problem names`;
        return { rule: "outside-intention", sentence, file: before.file };
      });
  });
}
