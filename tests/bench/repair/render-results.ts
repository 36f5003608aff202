import type { CaseResult, Verdict } from "./repair-case.ts";

const VERDICTS: readonly Verdict[] = ["right", "better", "left", "wrong", "crashed"];

/** A value of sorted numbers below which `share` of them lie. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function table(title: string, rows: ReadonlyMap<string, readonly CaseResult[]>): string[] {
  const width = Math.max(title.length, ...[...rows.keys()].map((name) => name.length));
  const line = (name: string, cells: readonly (string | number)[]): string =>
    [name.padEnd(width), ...cells.map((cell) => String(cell).padStart(7))].join(" ");
  return [
    line(title, ["cases", ...VERDICTS, "alone"]),
    ...[...rows].map(([name, results]) =>
      line(name, [
        results.length,
        ...VERDICTS.map((verdict) => results.filter((result) => result.verdict === verdict).length),
        results.filter(({ isFixedByFixers }) => isFixedByFixers).length,
      ]),
    ),
  ];
}

function groupBy(
  results: readonly CaseResult[],
  key: (result: CaseResult) => string,
): ReadonlyMap<string, readonly CaseResult[]> {
  const groups = new Map<string, CaseResult[]>();
  for (const result of results.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))) {
    const group = groups.get(key(result));
    if (group === undefined) groups.set(key(result), [result]);
    else group.push(result);
  }
  return groups;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The results as tables, then each case that did not end as expected with what there is to say. */
export function renderResults(results: readonly CaseResult[]): string {
  const fixed = results.filter(({ isFixedByFixers }) => isFixedByFixers);
  const times = fixed.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const sum = (of: (result: CaseResult) => number | undefined): number =>
    fixed.reduce((total, result) => total + (of(result) ?? 0), 0);
  const totals = [
    `${fixed.length} of ${results.length} cases are mended by the fixers alone,`,
    `${results.filter(({ verdict }) => verdict === "wrong").length} are wrong.`,
  ];
  const perFix = [
    `A fix takes ${seconds(quantile(times, 0.5))} (median), ${seconds(quantile(times, 0.95))} (p95),`,
    `with ${(sum(({ checks }) => checks) / fixed.length).toFixed(1)} runs of Terraform,`,
    `and changes ${sum(({ lines }) => lines?.changed)} lines where the intended texts change ${sum(({ lines }) => lines?.intended)}.`,
  ];
  const odd = results.filter(({ verdict, remarks }) => verdict !== "right" || remarks.length > 0);
  return [
    ...table(
      "expected",
      groupBy(results, ({ expect }) => expect),
    ),
    "",
    ...table(
      "family",
      groupBy(results, ({ family }) => family),
    ),
    "",
    [...totals, ...(fixed.length === 0 ? [] : perFix)].join(" "),
    "",
    ...odd
      .toSorted((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict))
      .flatMap(({ verdict, family, id, expect, remarks }) => [
        `${verdict}: ${family}/${id} (${expect})`,
        ...remarks.map((remark) => `  ${remark}`),
      ]),
  ].join("\n");
}
