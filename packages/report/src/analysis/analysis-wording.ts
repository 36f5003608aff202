import { compareDecimals } from "@apex/core";
import { headroomText } from "../evidence-text.ts";
import { stanceOf, type Stance } from "../second-opinions.ts";
import { amountPair, amountText, nameOf, plural } from "../wording.ts";
import type { AnalysisReport, ResourcePlace, SavingsGroup } from "./analysis-report.ts";

/** The analysis in one sentence without a final period. */
export function analysisSentence({ summary, resources, recommendations }: AnalysisReport): string {
  const looked = `${plural(resources, "resource")} looked at`;
  if (resources === 0) return "Nothing was looked at: there is no resource in what was read";
  if (summary.recommendations === 0) return `${looked}: nothing to recommend`;
  const savings = summary.savings.map(({ currency, list, netKnown, netUnknown }) => {
    const own = recommendations.filter((one) => one.monthlySavings.currency === currency);
    const [, amount] = amountPair(list, netKnown, currency);
    const net =
      netUnknown === own.length
        ? "after commitments unknown"
        : netUnknown > 0
          ? `${amount} after commitments, unknown for ${netUnknown} of them`
          : compareDecimals(netKnown, list) === 0
            ? ""
            : `${amount} after commitments`;
    return [`${amountText(list, currency)} a month at list prices`, net].filter(Boolean).join(", ");
  });
  return `${looked}: ${plural(summary.recommendations, "recommendation")} would save ${savings.join("; ")}`;
}

/** What the analysis rests on and what is left out of it, as names and texts. */
export function analysisFacts(report: AnalysisReport): readonly (readonly [name: string, text: string])[] {
  const { window, filter, summary } = report;
  const shown = [
    ["region", filter.regions],
    ["account", filter.accounts],
    ["rule", filter.rules],
    ["tag", filter.tags],
  ] as const;
  const only = shown.flatMap(([name, values]) =>
    values.length === 0 ? [] : [`${name} ${values.join(" or ")}`],
  );
  const opinions = opinionsSentence(report);
  return [
    [
      "Metrics",
      window === null ? "none: only what needs no metric can be told" : `${window.start} to ${window.end}`,
    ],
    [
      "Bills",
      report.costRows === 0
        ? "none: what commitments leave of a saving is not known"
        : plural(report.costRows, "row"),
    ],
    ...(only.length === 0 ? [] : [["Only", only.join(", ")] as const]),
    ...(["rule", "region", "account"] as const).flatMap((by) => {
      const groups = summary.groups.filter((group) => group.by === by);
      return groups.length < 2 ? [] : [[`By ${by}`, groupsText(groups)] as const];
    }),
    ...(opinions === "" ? [] : [["Opinions", opinions] as const]),
  ];
}

/** What "needed", risk and confidence mean in the rows; "" without rows. */
export function readingText({ recommendations }: AnalysisReport): string {
  if (recommendations.length === 0) return "";
  const headroom = headroomText(recommendations);
  return [
    ...(headroom === "" ? [] : [`"needed" is what was measured plus ${headroom}`]),
    "risk: how often the samples were above what is proposed",
    "confidence: how likely it holds the week after, never above 93 %; `apex backtest` measures how often such sizes held",
  ].join("; ");
}

/** What to do next, in one sentence. */
export function nextStep({ resources, window, costRows, summary, filter }: AnalysisReport): string {
  if (resources === 0) {
    return window === null && costRows === 0
      ? "Next: run `apex collect` to ask a cloud for its resources, or name a state with --state."
      : "Next: what the resources are stands in no bill and no metric: run `apex collect` to ask a cloud for them, or name a state with --state.";
  }
  if (summary.recommendations > 0)
    return "Next: `apex optimize --terraform DIR --state FILE --from DIR` writes what is under Terraform as a patch, checked by its plan.";
  if (Object.values(filter).some((values) => values.length > 0))
    return "Next: look without --regions, --accounts, --rules and --tag for what the filter leaves out.";
  return window === null
    ? "Next: collect metrics, or name files of them with --metrics: without, only what needs none is found."
    : "Next: nothing to do. A longer window or memory metrics may show more.";
}

/** More of them say little that the JSON does not say better. */
const GROUPS_MAX = 6;

function groupsText(groups: readonly SavingsGroup[]): string {
  const shown = groups
    .slice(0, GROUPS_MAX)
    .map(
      ({ name, currency, list, recommendations }) =>
        `${name} ${amountText(list, currency)} (${recommendations})`,
    );
  const more = groups.length > GROUPS_MAX ? [`${groups.length - GROUPS_MAX} more`] : [];
  return [...shown, ...more].join(", ");
}

/** How many of the clouds' own opinions agree; "" where none was told. */
function opinionsSentence(report: AnalysisReport): string {
  const counts = new Map<Stance, number>();
  for (const row of report.recommendations) {
    for (const opinion of row.secondOpinions ?? []) {
      const stance = stanceOf(opinion, row);
      counts.set(stance, (counts.get(stance) ?? 0) + 1);
    }
  }
  const parts = [
    [counts.get("agrees"), "agree with a recommendation"],
    [counts.get("in-part"), "agree in part"],
    [counts.get("differs"), "differ"],
    [report.loneOpinions.length, "would change what Apex leaves alone"],
  ] as const;
  const told = parts.flatMap(([count, what]) =>
    count === undefined || count === 0 ? [] : [`${count} ${what}`],
  );
  return told.length === 0 ? "" : `of the clouds' own recommenders ${told.join(", ")}`;
}

type PlacedRow = ResourcePlace & Parameters<typeof nameOf>[0];

/** The tag "Name" of a resource and where it is, as far as its name does not say it: "web (eu-west-1, 1234)"; "" for neither. */
export function placeText(row: PlacedRow): string {
  const name = nameOf(row);
  const places = [row.region, row.account].filter((place) => place !== undefined && !name.includes(place));
  const label = row.label === undefined || name.includes(row.label) ? [] : [row.label];
  return [...label, ...(places.length === 0 ? [] : [`(${places.join(", ")})`])].join(" ");
}

/** What a resource is called, with its {@link placeText}: "i-0a1 web (eu-west-1, 1234)". */
export function placedName(row: PlacedRow): string {
  return [nameOf(row), placeText(row)].filter((text) => text !== "").join(" ");
}
