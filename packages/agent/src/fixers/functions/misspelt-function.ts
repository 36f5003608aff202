import type { Expression } from "@apex/generators-hcl/syntax";
import { enclosingBlocks, expressionAt } from "../../world/locate.ts";
import { wordsOf } from "../../world/nearest.ts";
import { scopeAt, type Scope } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { isSlipOf, judgeSlip } from "../slip.ts";
import { valueFits } from "../value-fits.ts";
import { FUNCTION_SYNONYMS } from "./function-synonyms.ts";
import { TERRAFORM_FUNCTIONS } from "./terraform-functions.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** Words that functions of Terraform and other languages are made of: who writes one of them alone means it. */
const REAL_WORDS: ReadonlySet<string> = new Set([
  ...TERRAFORM_FUNCTIONS.keys(),
  ..."map list set dict array object if unless switch print round rand random split slice find filter each reduce append push pop".split(
    " ",
  ),
]);

/** Why the function does not take these arguments; `undefined` where it may. */
function argumentObjection(call: Call, name: string, scope: Scope): string | undefined {
  const signature = TERRAFORM_FUNCTIONS.get(name);
  if (signature === undefined) return `there is no function ${name}`;
  if (call.expand) return undefined;
  const { parameters, variadic } = signature;
  const count = call.arguments.length;
  if (count < parameters.length || (count > parameters.length && variadic === undefined))
    return `${name} takes another number of arguments`;
  const misfit = call.arguments.findIndex((argument, at) => {
    const wanted = parameters[at] ?? variadic;
    return wanted !== undefined && valueFits(argument, wanted, scope) === "no";
  });
  return misfit === -1 ? undefined : `argument ${misfit + 1} does not fit ${name}`;
}

function synonymOf(written: string): string | undefined {
  const folded = wordsOf(written).join("");
  return Object.hasOwn(FUNCTION_SYNONYMS, folded) ? FUNCTION_SYNONYMS[folded] : undefined;
}

function proposalFor(call: Call, scope: Scope): Proposal {
  const written = call.name;
  const synonym = synonymOf(written);
  const verdict = judgeSlip(written, TERRAFORM_FUNCTIONS.keys(), REAL_WORDS);
  const near = verdict.kind === "unclear" ? verdict.near : [verdict.name];
  const fitting = near.filter((other) => argumentObjection(call, other, scope) === undefined);
  const slip = near.length === 1 || fitting.length === 1 ? (fitting[0] ?? near[0]) : undefined;
  const isCertain = slip === near[0] && slip !== undefined && isSlipOf(written, slip, REAL_WORDS);
  const name = synonym ?? (isCertain ? slip : undefined);
  if (name === undefined) {
    const candidates = verdict.kind === "unclear" && near.length === 0 ? verdict.candidates : fitting;
    const reason = `there is no function ${written}, and none that it is clearly a slip of`;
    return { kind: "unsure", reason, candidates };
  }
  const objection = argumentObjection(call, name, scope);
  if (objection !== undefined) return { kind: "unsure", reason: objection, candidates: [name] };
  return {
    kind: "edits",
    edits: [{ file: call.source.file, start: call.start, end: call.start + written.length, text: name }],
    sentence:
      synonym === undefined
        ? `${written} is ${name}: it is a slip of no other function of Terraform's, and the arguments fit.`
        : `${written} is called ${name} in Terraform and takes the same arguments.`,
  };
}

/** `list(…)` and `map(…)`, which Terraform took out, as the brackets that they meant. */
function removedFunction(call: Call): Proposal {
  if (call.name !== "list" || call.expand) return null;
  const [first] = call.arguments;
  const last = call.arguments.at(-1);
  const file = call.source.file;
  const open = call.source.text.indexOf("(", call.start);
  if (first === undefined || last === undefined || open > first.start) return null;
  const close = call.end - 1;
  const edits = [
    { file, start: call.start, end: open + 1, text: "tolist([" },
    { file, start: close, end: close, text: "]" },
  ];
  return {
    kind: "edits",
    edits,
    sentence: "list(…) was taken out of Terraform: tolist([…]) gives the same.",
  };
}

/**
 * Renames a function that Terraform does not have: a slip of one that it has (`jsonncode`, `toUpper`), or the name that another language
 * has for it (`len`). `list(…)`, which Terraform took out, becomes `tolist([…])`.
 *
 * Certain only where one function is near or a synonym with the same arguments in the same order is known, and the arguments that are
 * written fit it in number and, as far as is known, in type. Of several that are near, the nearest is taken if the arguments fit none
 * of the others (`jsonncode({})`). Functions of providers (`provider::…`) are left alone.
 */
export const misspeltFunction: Fixer = {
  name: "misspelt-function",
  classes: ["unknown-function"],
  propose({ place, names }, world): Proposal {
    if (place === undefined || names["namespace"] !== undefined) return null;
    const found = expressionAt(world.configuration, { ...place, end: place.start });
    const scope = scopeAt(world, place.file, enclosingBlocks(world.configuration, place)[0]);
    if (found?.kind !== "call" || found.start !== place.start || scope === undefined) return null;
    if (names["why"] === "removed") return removedFunction(found);
    return TERRAFORM_FUNCTIONS.has(found.name) || found.name.includes("::")
      ? null
      : proposalFor(found, scope);
  },
};
