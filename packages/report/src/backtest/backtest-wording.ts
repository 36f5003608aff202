import { groupByText, plural, wholePercent } from "../wording.ts";
import type { BacktestCalibration, BacktestedRule, BacktestReport } from "./backtest-report.ts";

/** A share as percent: as many digits as small shares need to differ from nothing. */
export function sharePercent(share: number): string {
  const percent = share * 100;
  if (percent === 0) return "0 %";
  if (percent >= 10) return `${percent.toFixed(1)} %`;
  return percent >= 0.001 ? `${percent.toFixed(3)} %` : "< 0.001 %";
}

/** The rules from the most saving to the least; among equals the one that is short less often first. */
export function bySaving(report: BacktestReport): readonly BacktestedRule[] {
  return report.rules.toSorted((a, b) => b.removedShare - a.removedShare || a.shortShare - b.shortShare);
}

/** "71.1 % (54–86)": a share, and in brackets where 95 % of drawn fleets lie, to two digits. */
export function withInterval(share: number, interval: readonly [number, number] | undefined): string {
  if (interval === undefined || (interval[0] === share && interval[1] === share)) return sharePercent(share);
  const [low, high] = interval.map((end) =>
    end < 0.00001 ? "0" : String(Number((end * 100).toPrecision(2))),
  );
  // What is no more than the dust of one sample has no width.
  return high === "0" ? sharePercent(share) : `${sharePercent(share)} (${low}–${high})`;
}

/** Whether a rule is worse than another one on more than a few machines. */
export function isDominated(report: BacktestReport, rule: BacktestedRule): boolean {
  return rule.dominatedBy.some((one) => isFirm(report, one));
}

function isFirm(report: BacktestReport, { support }: { readonly support: number }): boolean {
  return support >= report.supportMin && report.trace.machines >= report.machinesMin;
}

/** More names than these tell nobody more. */
const NAMES_MAX = 3;
const RIVALS_MAX = 2;

/** By whom a rule is dominated, the firmest first, by their places in the table: "#2, #3"; one that hangs on few machines in brackets. */
export function dominatedText(report: BacktestReport, rule: BacktestedRule): string {
  const places = new Map(bySaving(report).map(({ name }, index) => [name, index + 1]));
  const names = rule.dominatedBy
    .toSorted((a, b) => b.support - a.support)
    .map((one) => {
      const place = `#${places.get(one.rule)}`;
      return isFirm(report, one) ? place : `(${place} ${wholePercent(one.support)})`;
    });
  const more = names.length > RIVALS_MAX ? [`${names.length - RIVALS_MAX} more`] : [];
  return [...names.slice(0, RIVALS_MAX), ...more].join(", ");
}

/** What the report comes to. */
export function backtestSentence(report: BacktestReport): string {
  const { trace, machinesMin } = report;
  if (trace.machines === 0) {
    const left = trace.incomplete === 0 ? "" : `, ${plural(trace.incomplete, "machine")} left out`;
    return `Nothing could be replayed${left}`;
  }
  const replayed = `${plural(trace.machines, "machine")} replayed by ${plural(report.rules.length, "rule")}`;
  if (trace.machines < machinesMin)
    return `${replayed}: too few machines to tell which rule is better, ${machinesMin} at least`;
  const ours = report.rules.filter(({ isOurs }) => isOurs);
  const beaten = ours.filter((rule) => isDominated(report, rule)).map(({ title }) => title);
  const verdict =
    beaten.length === 0
      ? "none of ours is dominated"
      : `${beaten.join(" and ")} ${beaten.length === 1 ? "is" : "are"} dominated`;
  return `${replayed}: ${verdict}`;
}

/** How it was done, as names and texts. */
export function backtestFacts(report: BacktestReport): readonly (readonly [name: string, text: string])[] {
  const { trace, plan } = report;
  const [some] = report.rules;
  return [
    ["Traces", filesText(trace.files)],
    [
      "Machines",
      `${trace.machines} replayed, ${trace.incomplete} left out${trace.asVcpu === null ? "" : `; each taken to have ${trace.asVcpu} vCPU`}`,
    ],
    [
      "Decisions",
      `${some?.decisions ?? 0} by each rule: after ${days(plan.seenDays)}, then every ${days(plan.everyDays)}, judged by the ${days(plan.laterDays)} after; decisions of one machine are not independent`,
    ],
    ["Sizes", `${plan.sizes.join(", ")} vCPU; never more than today's`],
    ...(plan.isShortHistory
      ? [["History", "our presets decided without their minimum of days"] as const]
      : []),
    ["Not seen", "memory, network, disks, GPUs, prices: the traces hold CPU alone"],
  ];
}

/** What the columns of the rules mean, as names and texts. */
export function columnTexts(report: BacktestReport): readonly (readonly [name: string, text: string])[] {
  const { machinesMin, trace } = report;
  const support = Math.round(report.supportMin * 100);
  const reach = "in brackets, here and beside short: where 95 % of fleets drawn anew from these machines lie";
  return [
    [
      "Removed",
      `share of all vCPU that the rule takes away${trace.machines < machinesMin ? "" : `; ${reach}`}`,
    ],
    [
      "Short",
      "share of the later samples that needed more vCPU than the rule left, mean over its decisions; a machine left as it is is never short",
    ],
    [
      "Too small",
      "decisions short in more than 0.5 % of the later samples, of those that made a machine smaller",
    ],
    [
      "Work above",
      "share of the later work that lay above the size: how deep the shortage was; worst: the decision that was short most",
    ],
    [
      "Dominated",
      `another rule removes at least as much and is short at most as often; in brackets, with how many of the drawn fleets say so, where these are fewer than ${support} % or the machines fewer than ${machinesMin}`,
    ],
  ];
}

/** More names than these fill a screen. */
const FILES_MAX = 8;

function filesText(files: readonly string[]): string {
  const more = files.length > FILES_MAX ? [`${files.length - FILES_MAX} more`] : [];
  return [...files.slice(0, FILES_MAX), ...more].join(", ");
}

function days(count: number): string {
  return count === 1 ? "day" : `${Number(count.toFixed(2))} days`;
}

/** Why machines were left out, one entry for all of one reason: "3 × spans 2 days; …: a.csv, b.csv, c.csv". */
export function unusedTexts(report: BacktestReport): readonly string[] {
  const rows = report.trace.unused.map(({ machine, reason }) => ({ name: machine, text: reason }));
  return groupByText(rows)
    .toSorted((a, b) => b.names.length - a.names.length)
    .map(({ text, names }) => {
      if (names.length === 1) return `${names.join()} ${text}`;
      const more = names.length > NAMES_MAX ? ", …" : "";
      return `${names.length} machines (${names.slice(0, NAMES_MAX).join(", ")}${more}): each ${text}`;
    });
}

/** What the columns of the calibration mean. */
export const CALIBRATION_TEXT =
  "stated: the mean confidence of the sizes that a rule proposed; held: the share of them that was short in no more later samples than 0.5 %, or than its stated risk allows; off: how far stated and held lie apart, bin by bin. Brier: the mean squared error of the confidence, 0 is best; where it is not below that of stating the held share alike for each, the confidence does not tell the sizes that hold from the others";

/** A share whose small values need no more digits than its large ones. */
function tenths(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What a calibration comes to, cell by cell under {@link CALIBRATION_HEADINGS}. */
export function calibrationCells(report: BacktestReport, one: BacktestCalibration): readonly string[] {
  return [
    report.rules.find(({ name }) => name === one.rule)?.title ?? one.rule,
    tenths(one.meanConfidence),
    tenths(one.heldShare),
    String(one.decisions),
    String(one.machines),
    tenths(one.calibrationError),
    one.brier.toFixed(3),
    one.brierOfBaseRate.toFixed(3),
  ];
}

export const CALIBRATION_HEADINGS: readonly string[] = [
  "confidence of",
  "stated",
  "held",
  "sizes",
  "machines",
  "off",
  "Brier",
  "if alike",
];
