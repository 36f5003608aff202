import type { MetricNotes } from "./metric-notes.ts";
import type { RawSeries } from "./series-builder.ts";

const SLICE = /^(gpu-\d+)-mig-/;

/** Activity that DCGM reports per slice of a GPU; for the whole card it may then exceed 100 % (DCGM issue 152). */
const ACTIVITY: ReadonlySet<string> = new Set([
  "gpu_sm_active_percent",
  "gpu_tensor_active_percent",
  "gpu_dram_active_percent",
]);

/**
 * The series of one machine without those that say nothing under MIG: `DCGM_FI_DEV_GPU_UTIL`, which is 0 there whatever runs
 * (dcgm-exporter issue 50), and the activity of a whole card whose slices report theirs.
 */
export function withoutMisread(raws: readonly RawSeries[], notes: MetricNotes): readonly RawSeries[] {
  const cards = new Set(raws.flatMap(({ part }) => SLICE.exec(part ?? "")?.[1] ?? []));
  if (cards.size === 0) return raws;
  return raws.filter(({ part, rule: { component } }) => {
    const card = SLICE.exec(part ?? "")?.[1] ?? part ?? "";
    if (!cards.has(card)) return true;
    const isMisread = component === "gpu_busy_percent" || (part === card && ACTIVITY.has(component));
    if (isMisread) {
      notes.remark(
        "info",
        "mig-misread",
        `${component} of whole GPUs under MIG was not read: it is 0, or adds up slices`,
        "The activity of the slices was read. GPUs under MIG are not sized by Apex.",
      );
    }
    return !isMisread;
  });
}
