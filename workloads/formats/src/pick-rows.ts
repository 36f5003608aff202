import { type Workload, WORKLOAD_NUMBERS, type WorkloadNumberColumn } from "@apex/core";
import { gather } from "./growing-column.ts";

/** A workload of the rows named by `order`, in that order; the texts are shared. */
export function pickRows(workload: Workload, order: Uint32Array): Workload {
  const float64 = (length: number) => new Float64Array(length);
  const uint32 = (length: number) => new Uint32Array(length);
  const uint16 = (length: number) => new Uint16Array(length);
  const numbers: Partial<Record<WorkloadNumberColumn, Float64Array>> = {};
  for (const name of Object.keys(WORKLOAD_NUMBERS) as WorkloadNumberColumn[]) {
    const column = workload[name];
    if (column !== undefined) numbers[name] = gather(column, order, float64);
  }
  return {
    ...workload,
    timesMs: gather(workload.timesMs, order, float64),
    methods: { values: workload.methods.values, codes: gather(workload.methods.codes, order, uint32) },
    paths: { values: workload.paths.values, codes: gather(workload.paths.codes, order, uint32) },
    statuses: gather(workload.statuses, order, uint16),
    files: gather(workload.files, order, uint16),
    ...numbers,
  };
}
