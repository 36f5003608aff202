import type { Expression } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import type { World } from "../../world/world.ts";
import { typeOf } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { nameWords, realWords } from "../schema-words.ts";
import { judgeSlip } from "../slip.ts";
import { type Fit, typeFits } from "../value-fits.ts";
import { leadsSomewhere, outputsOf, type ReferenceSite, stepSite, withHead } from "./reference-site.ts";
import { type AttributeStep, splatStep } from "./splat-step.ts";

/** Attributes of Terraform's own objects. Source: Terraform language, "References to Named Values". */
const OWN_OBJECTS: Readonly<Record<string, readonly string[]>> = {
  each: ["key", "value"],
  count: ["index"],
  path: ["module", "root", "cwd"],
  terraform: ["workspace"],
};

/** All names that `of` has as attributes, as far as texts and schemas tell. */
function namesOf(of: Expression, site: ReferenceSite): readonly string[] | undefined {
  const { scope } = site;
  if (of.kind === "root") return Object.hasOwn(OWN_OBJECTS, of.name) ? OWN_OBJECTS[of.name] : undefined;
  const outputs = outputsOf(of, scope);
  if (outputs !== undefined) return outputs;
  const type = typeOf(of, scope);
  if (type === undefined || typeof type === "string" || type[0] !== "object") return undefined;
  return Object.keys(type[1]);
}

function fitWith(site: ReferenceSite, step: Expression, name: string, written: string): Fit {
  const { whole, scope, wanted } = site;
  const start = whole.source.text.slice(whole.start, step.end - written.length);
  const expression = withHead(site, step.end, `${start}${name}`);
  if (expression.kind === "invalid" || !leadsSomewhere(expression, scope)) return "no";
  return wanted === undefined ? "unknown" : typeFits(typeOf(expression, scope), wanted);
}

function stepOf(problem: Problem, world: World): AttributeStep | undefined {
  const found = stepSite(problem, world);
  if (found !== undefined) {
    const { site, step } = found;
    const { name: written } = step;
    const fit = (name: string): Fit => fitWith(site, step, name, written);
    return { site, written, names: namesOf(step.of, site), fit, end: step.end };
  }
  return splatStep(problem, world);
}

/** Whether the attribute is of something that people declare, and name as they like: a module's output, a member of a value. */
function isOfOwnNaming({ site: { chain } }: AttributeStep): boolean {
  const [root, , third] = chain;
  return (
    root?.kind === "root" && third !== undefined && ["module", "var", "local", "each"].includes(root.name)
  );
}

/**
 * Renames an attribute that an object does not have to the one that it is a slip of: of a resource or data source, by its schema; of a
 * module call, its outputs; of an object that a local value, a variable's type or a collection tells; of `each`, `count` and
 * `path`.
 *
 * Certain only where one name of that very object is near, all further steps exist there, and its type is not known to be another than
 * is wanted where the reference stands. A singular of which only the plural exists needs a type that is known to fit, and of what people
 * declare a plural of which only the singular does.
 */
export const misspeltAttribute: Fixer = {
  name: "misspelt-attribute",
  classes: ["unsupported-attribute"],
  propose(problem, world): Proposal {
    const step = stepOf(problem, world);
    if (step?.names === undefined) return null;
    const { names, written, end, site } = step;
    if (names.includes(written)) return null;
    const isOwn = isOfOwnNaming(step);
    const verdict = judgeSlip(written, names, isOwn ? nameWords(world) : realWords(world));
    if (verdict.kind === "unclear") {
      const { reason, candidates } = verdict;
      return candidates.length === 0 ? null : { kind: "unsure", reason, candidates };
    }
    const { name, plural } = verdict;
    const fit = step.fit(name);
    // Of a provider's object that has no plural of it, the plural is the singular; the other way round one of several may be meant, and of
    // what people declare either may be missing.
    const isOpen = plural && (isOwn || name.length > written.length);
    if (fit === "no" || (isOpen && (fit !== "yes" || site.wanted === "dynamic"))) {
      const reason = `${name} is near, but nothing tells that its value fits where the reference stands`;
      return { kind: "unsure", reason, candidates: [name] };
    }
    const { file } = site.place;
    return {
      kind: "edits",
      edits: [{ file, start: end - written.length, end, text: name }],
      sentence: `${written} is ${name}: of all attributes of this object it is a slip of that one alone.`,
    };
  },
};
