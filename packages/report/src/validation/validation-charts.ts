import type { Validation } from "@apex/core";
import type { Chart } from "./chart-frame.ts";
import { latencyChart } from "./latency-chart.ts";
import { runsChart } from "./runs-chart.ts";
import { timeChart } from "./time-chart.ts";

/** A chart of a validation and the last part of its file's name. */
export interface NamedChart {
  readonly name: "latency" | "time" | "runs";
  readonly chart: Chart;
}

/** The charts of a validation, the most telling first; none without a run that can be compared. */
export function validationCharts(validation: Validation): readonly NamedChart[] {
  if (!validation.runs.some(({ loadFactor, unfit }) => loadFactor === 1 && unfit.length === 0)) return [];
  return [
    { name: "latency", chart: latencyChart(validation) },
    { name: "runs", chart: runsChart(validation) },
    { name: "time", chart: timeChart(validation) },
  ];
}
