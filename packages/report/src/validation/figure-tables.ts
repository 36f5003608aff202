import type { RunMeasurement, Side, Validation } from "@apex/core";
import { pooledQuantiles } from "./latency-chart.ts";
import { comparableRuns } from "./side-figures.ts";
import { timeSteps } from "./time-chart.ts";
import { figure, msText, shareText, UNFIT_WORDS } from "./validation-wording.ts";

/** A table of text: headings and rows of the same length. The texts are our own words and figures. */
export interface FigureTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const SHARES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1] as const;

/** The numbers behind the chart of percentiles: both sides' faithful runs at the recorded load, as one. */
export function percentileTable(validation: Validation): FigureTable {
  const [baseline, candidate] = (["baseline", "candidate"] as const).map((side) => {
    const points = pooledQuantiles(comparableRuns(validation, side));
    // With fewer requests a percentile would be the same as the slowest one.
    const last = points.at(-1)?.share ?? 0;
    return (share: number) => {
      if (share === 1) return msText(points.at(-1)?.ms ?? null);
      return share > last ? "—" : msText(points.find((point) => point.share >= share)?.ms ?? null);
    };
  });
  return {
    headings: ["Requests within", "Baseline", "Candidate"],
    rows: SHARES.map((share) => [
      share === 1 ? "slowest" : shareText(share),
      baseline?.(share) ?? "",
      candidate?.(share) ?? "",
    ]),
  };
}

/** Every replay with its figures, in the order in which they ran. */
export function runTable({ runs }: Validation): FigureTable {
  return {
    headings: [
      "Run",
      "Side",
      "Load",
      "p50",
      "p90",
      "p95",
      "p99",
      "Failed",
      "Not sent",
      "CPU",
      "Throttled",
      "Memory",
      "Sender late p99",
      "With waits p99",
      "Used",
    ],
    rows: runs
      .toSorted((a, b) => a.ordinal - b.ordinal)
      .map((run) => [
        String(run.ordinal),
        run.side,
        `× ${figure(run.loadFactor)}`,
        msText(run.latency.p50Ms),
        msText(run.latency.p90Ms),
        msText(run.latency.p95Ms),
        msText(run.latency.p99Ms),
        countText(run.errors, run),
        // A service that never got ready was sent nothing, though nothing was dropped.
        countText(run.scheduled - run.sent, run),
        shareText(run.cpuShare),
        shareText(run.throttledPeriodShare),
        memoryText(run),
        msText(run.senderLateness?.p99Ms ?? null),
        msText(run.lateness.p99Ms),
        run.unfit.length === 0 ? "yes" : `no: ${run.unfit.map((reason) => UNFIT_WORDS[reason]).join(", ")}`,
      ]),
  };
}

function countText(requests: number, { scheduled }: RunMeasurement): string {
  if (requests === 0) return "0";
  return `${requests.toLocaleString("en-US")} (${shareText(requests / scheduled)})`;
}

function memoryText({ memoryPeakShare, oomKills, exitedContainers }: RunMeasurement): string {
  const ended = [
    ...(oomKills === 0 ? [] : [`${oomKills} killed for memory`]),
    ...(exitedContainers === 0 ? [] : [`${exitedContainers} ended`]),
  ];
  return [shareText(memoryPeakShare), ...ended].join(", ");
}

/** The numbers behind the chart over time: medians over each side's runs. */
export function timeTable(validation: Validation): FigureTable {
  const steps = (side: Side) => timeSteps(validation, side).middle;
  const [baseline, candidate] = [steps("baseline"), steps("candidate")];
  const length = Math.max(baseline.length, candidate.length);
  return {
    headings: ["Second", "p99 baseline", "p99 candidate", "In flight baseline", "In flight candidate"],
    rows: Array.from({ length }, (_, index) => {
      const [before, after] = [baseline[index], candidate[index]];
      const count = (step: typeof before) => (step === undefined ? "—" : figure(step.inFlight));
      return [
        figure(before?.seconds ?? after?.seconds ?? 0),
        msText(before?.p99Ms ?? null),
        msText(after?.p99Ms ?? null),
        count(before),
        count(after),
      ];
    }),
  };
}
