import { scopeAt, variableType } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { nameWords } from "../schema-words.ts";
import { judgeSlip } from "../slip.ts";
import { valueFits } from "../value-fits.ts";

/** Between a name in a variables file and its value: no person writes more blanks. */
const GAP_MAX = 200;

const NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/**
 * Renames a value in a variables file that no variable is declared for, where the variable that has no value can only be meant.
 * Certain when the name is a slip of that variable's and of no other declared one's, and no other value without a declaration is
 * near to it; a name that differs in its plural alone needs a value that is known to fit.
 */
export const misspeltValue: Fixer = {
  name: "misspelt-value",
  classes: ["no-value-for-variable"],
  propose({ names }, world) {
    const { configuration } = world;
    const root = configuration.modules.get("");
    const { name } = names;
    if (root === undefined || name === undefined || !root.variables.has(name)) return null;
    const near = [...configuration.assignments].flatMap(([given, assignment]) => {
      if (root.variables.has(given) || !NAME.test(given)) return [];
      const verdict = judgeSlip(given, root.variables.keys(), nameWords(world));
      return verdict.kind === "slip" && verdict.name === name
        ? [{ given, assignment, plural: verdict.plural }]
        : [];
    });
    const [only, ...others] = near;
    if (only === undefined) return null;
    const { given, assignment, plural } = only;
    const candidates = near.map((one) => one.given);
    const unsure: Proposal = {
      kind: "unsure",
      reason: `${candidates.join(" or ")} may be meant for var.${name}`,
      candidates,
    };
    if (others.length > 0 || assignment.kind === "command-line") return unsure;
    const { source } = assignment.value;
    const scope = scopeAt(world, source.file);
    const type = variableType(root, name) ?? "dynamic";
    const fits =
      type !== "dynamic" && scope !== undefined && valueFits(assignment.value, type, scope) === "yes";
    if (plural && !fits) return unsure;
    const from = Math.max(0, assignment.value.start - GAP_MAX - given.length);
    const before = source.text.slice(from, assignment.value.start);
    const key = new RegExp(`(^|[\\s{,])("?)${given}\\2\\s*[=:]\\s*$`, "u").exec(before);
    if (key === null) return null;
    const start = from + key.index + (key[1] ?? "").length + (key[2] ?? "").length;
    return {
      kind: "edits",
      edits: [{ file: source.file, start, end: start + given.length, text: name }],
      sentence: `${given} in ${source.file} is a slip of ${name}, which has no value otherwise`,
    };
  },
};
