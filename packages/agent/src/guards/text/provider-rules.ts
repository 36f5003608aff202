import { configuredResources } from "@apex/generators-hcl";
import type { TextChange, Violation } from "../guard.ts";
import type { Named } from "../named.ts";
import { isSlip } from "../similar.ts";
import { isSameValue, isTold, type Leaf, leavesOf } from "./leaves.ts";

/** Capitals in a name are a slip, too. */
function plain(step: string | number): string {
  return String(step).toLowerCase();
}

/** Whether a setting that Terraform does not know stands unchanged under the name that it is a slip of. */
export function isRenamedSetting(
  { path, value }: Leaf,
  now: ReadonlyMap<string, Leaf>,
  named: Named,
): boolean {
  const names = new Set(
    named.problems.flatMap((problem) =>
      problem.class === "unsupported-argument" || problem.class === "unsupported-block"
        ? (problem.names["name"] ?? [])
        : [],
    ),
  );
  return [...now.values()].some(
    (other) =>
      isSameValue(value, other.value) &&
      other.path.length === path.length &&
      path.every((step, at) => {
        const meant = other.path[at] ?? "";
        return step === meant || (names.has(String(step)) && isSlip(plain(step), plain(meant)));
      }),
  );
}

/** Settings of providers, wherever their values are written: another region or account makes everything anew. */
export function providerRules({ original, edited }: TextChange, named: Named): readonly Violation[] {
  const [before, after] = [configuredResources(original), configuredResources(edited)];
  return [...before.providers].flatMap(([name, values]) => {
    const now = leavesOf(after.providers.get(name) ?? {});
    const [key] =
      [...leavesOf(values)].find(([, leaf]) => isTold(leaf.value) && !isRenamedSetting(leaf, now, named)) ??
      [];
    if (key === undefined) return [];
    return [{ rule: "provider-changed" as const, sentence: `${key} of ${name} would be another one` }];
  });
}
