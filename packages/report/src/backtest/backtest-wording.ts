import { plural } from "../wording.ts";
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

/** Whether a rule is worse than another one on more than a few machines. */
export function isDominated(report: BacktestReport, rule: BacktestedRule): boolean {
  return rule.dominatedBy.some(({ support }) => support >= report.supportMin);
}

/** More names than these tell nobody more. */
const NAMES_MAX = 3;

/** By whom a rule is dominated, the firmest first: "krr, vpa"; one that hangs on few machines in brackets. */
export function dominatedText(report: BacktestReport, rule: BacktestedRule): string {
  const names = rule.dominatedBy
    .toSorted((a, b) => b.support - a.support)
    .map(({ rule: by, support }) =>
      support >= report.supportMin ? by : `(${by} ${Math.floor(support * 100)} %)`,
    );
  const more = names.length > NAMES_MAX ? [`${names.length - NAMES_MAX} more`] : [];
  return [...names.slice(0, NAMES_MAX), ...more].join(", ");
}

/** What the report comes to. */
export function backtestSentence(report: BacktestReport): string {
  const ours = report.rules.filter(({ isOurs }) => isOurs);
  const beaten = ours.filter((rule) => isDominated(report, rule)).map(({ title }) => title);
  const verdict =
    beaten.length === 0
      ? "none of ours is dominated"
      : `${beaten.join(" and ")} ${beaten.length === 1 ? "is" : "are"} dominated`;
  return `${plural(report.trace.machines, "machine")} replayed by ${plural(report.rules.length, "rule")}: ${verdict}`;
}

/** How it was done, as names and texts. */
export function backtestFacts(report: BacktestReport): readonly (readonly [name: string, text: string])[] {
  const { trace, plan } = report;
  const [some] = report.rules;
  return [
    ["Traces", trace.files.join(", ")],
    [
      "Machines",
      `${trace.machines} with enough samples, ${trace.incomplete} without${trace.asVcpu === null ? "" : `; each taken to have ${trace.asVcpu} vCPU`}`,
    ],
    [
      "Decisions",
      `${some?.decisions ?? 0} by each rule: after ${days(plan.seenDays)}, then every ${days(plan.everyDays)}, judged by the ${days(plan.laterDays)} after; decisions of one machine are not independent`,
    ],
    ["Sizes", `${plan.sizes.join(", ")} vCPU; never more than today's`],
    ...(plan.isShortHistory
      ? [["History", "our presets decided without their minimum of days"] as const]
      : []),
    [
      "Dominated",
      `another rule saves at least as much and is short at most as often; in brackets what fewer than ${Math.round(report.supportMin * 100)} % of fleets drawn anew from these machines show too`,
    ],
    ["Not seen", "memory, network, disks, GPUs, prices: the traces hold CPU alone"],
  ];
}

function days(count: number): string {
  return count === 1 ? "day" : `${Number(count.toFixed(2))} days`;
}

/** What a calibration comes to. */
export function calibrationSentence(one: BacktestCalibration): string {
  return `${one.rule} stated ${sharePercent(one.meanConfidence)} on average, ${sharePercent(one.heldShare)} of ${plural(one.decisions, "size")} held (${plural(one.machines, "machine")}); Brier score ${one.brier.toFixed(3)}, of stating the average alone ${one.brierOfBaseRate.toFixed(3)}; stated and held differ by ${sharePercent(one.calibrationError)}`;
}
