import {
  type Abstention,
  addDecimals,
  compareDecimals,
  type Decimal,
  type Diagnostic,
  formatMoney,
  type Recommendation,
  type SecondOpinion,
} from "@apex/core";
import { nameOf, painter, secondOpinionText } from "@apex/report";
import { printable } from "./printable.ts";

/** What is shown of an analysis without Terraform. */
export interface ShownAnalysis {
  readonly window: { readonly start: string; readonly end: string } | null;
  readonly resources: number;
  readonly recommendations: readonly Recommendation[];
  readonly abstentions: readonly Abstention[];
  readonly opinions: readonly SecondOpinion[];
  readonly diagnostics: readonly Diagnostic[];
}

/** As many as a screen bears; the JSON has all. */
const RECOMMENDATIONS_MAX = 50;
const DIAGNOSTICS_MAX = 10;
const SAVING_COLUMNS = 14;

/** An analysis for people: what saves most first, what clouds' own recommenders say of it, and what was missing. */
export function renderAnalysis(
  analysis: ShownAnalysis,
  options: { readonly width: number; readonly colour: boolean },
): string {
  const paint = painter(options.colour);
  const { recommendations, resources, window } = analysis;
  const sorted = recommendations.toSorted((a, b) =>
    compareDecimals(b.monthlySavings.list, a.monthlySavings.list),
  );
  const opinions = Map.groupBy(analysis.opinions, ({ resourceId }) => resourceId);
  const span = window === null ? "no metrics" : `metrics from ${window.start} to ${window.end}`;
  const lines = [
    paint(`${resources} resources, ${recommendations.length} recommendations; ${span}`, "bold"),
    ...(sorted.length === 0 ? [] : [""]),
    ...sorted.slice(0, RECOMMENDATIONS_MAX).flatMap((one) => {
      const name = printable(nameOf(one));
      const width = Math.max(20, options.width - SAVING_COLUMNS - 1);
      const saving = money(one.monthlySavings.list, one.monthlySavings.currency).padStart(SAVING_COLUMNS);
      const facts = [
        `${one.action} ${one.from} → ${one.to}`,
        `risk ${one.risk}`,
        `confidence ${one.confidence.toFixed(2)}`,
        ...(opinions.get(one.resourceId) ?? []).map((opinion) => secondOpinionText(opinion, one)),
      ];
      return [
        `${name.slice(0, width).padEnd(width)} ${paint(saving, "bold")}`,
        paint(`  ${printable(facts.join(" · "))}`, "dim"),
      ];
    }),
    ...more(sorted.length, RECOMMENDATIONS_MAX),
    ...totals(recommendations),
    ...diagnosticLines(analysis.diagnostics, paint),
  ];
  return `${lines.join("\n")}\n`;
}

function money(amount: Decimal, currency: string): string {
  return formatMoney({ amount, currency });
}

/** One line a currency: amounts of different ones cannot be added. */
function totals(recommendations: readonly Recommendation[]): readonly string[] {
  const sums = new Map<string, Decimal>();
  for (const { monthlySavings } of recommendations) {
    const { currency, list } = monthlySavings;
    const before = sums.get(currency);
    sums.set(currency, before === undefined ? list : addDecimals(before, list));
  }
  return [...sums].map(([currency, sum]) => `\n${money(sum, currency)} a month in all, at list prices`);
}

function diagnosticLines(
  diagnostics: readonly Diagnostic[],
  paint: ReturnType<typeof painter>,
): readonly string[] {
  const telling = diagnostics.filter(({ severity }) => severity !== "info");
  if (telling.length === 0) return [];
  return [
    "",
    ...telling.slice(0, DIAGNOSTICS_MAX).map(({ severity, summary, detail }) => {
      const text = printable(`${severity}: ${summary}${detail === undefined ? "" : `. ${detail}`}`);
      return paint(text, severity === "error" ? "red" : "yellow");
    }),
    ...more(telling.length, DIAGNOSTICS_MAX),
  ];
}

function more(count: number, shown: number): readonly string[] {
  return count > shown ? [`… and ${count - shown} more: --format json has all`] : [];
}
