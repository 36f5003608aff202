import { type Diagnostic, formatInstant, type TimeWindow, type Workload } from "@apex/core";
import { busiestWindow, selectWindow } from "@apex/workloads-formats";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { parseWindow } from "./parse-window.ts";
import { readWorkloadFiles, type WorkloadFiles } from "./read-workload-files.ts";

/** Which part of the log is replayed, as the command line gives it. */
export interface RecordedLoadOptions {
  /** Minutes; not looked at where a window is given. */
  readonly busiest: number;
  /** "START/END", two ISO 8601 instants. */
  readonly window?: string;
  /** Requests that reached the service for each one in the log. */
  readonly arrivalFactor?: number;
}

const MINUTE_MS = 60_000;
const MEBIBYTE = 1024 ** 2;
/** With fewer requests no percentile beyond the median means much. */
const REQUESTS_MIN = 100;

/**
 * Reads logs (absolute paths) and selects what is to be replayed: a given window, or the busiest minutes. Throws a
 * CommandError for what cannot be read or holds no request.
 */
export async function readRecordedLoad(
  io: Pick<Io, "cwd" | "signal">,
  files: readonly string[],
  options: RecordedLoadOptions,
  progress: Pick<Progress, "detail">,
): Promise<WorkloadFiles> {
  // A mistyped window is told before a large log is read.
  const given = options.window === undefined ? undefined : parseWindow(options.window);
  const read = await readWorkloadFiles(files, {
    cwd: io.cwd,
    signal: io.signal,
    onProgress: ({ readBytes, totalBytes }) =>
      progress.detail(`${(readBytes / MEBIBYTE).toFixed(1)} of ${(totalBytes / MEBIBYTE).toFixed(1)} MiB`),
  });
  const wanted = given ?? busiestWindow(read.workload, options.busiest * MINUTE_MS);
  const workload = selectWindow(read.workload, wanted);
  if (workload.timesMs.length === 0) throw noneInside(read.workload, wanted);
  return { workload, diagnostics: [...read.diagnostics, ...selectionDiagnostics(workload, given)] };
}

const spanText = ({ startMs, endMs }: TimeWindow) => `${formatInstant(startMs)} to ${formatInstant(endMs)}`;

function noneInside(whole: Workload, wanted: TimeWindow): CommandError {
  return new CommandError(
    EXIT_CODES.badInput,
    `--window: no request of the log lies in ${spanText(wanted)}; the log spans ${spanText(whole.window)}`,
  );
}

function selectionDiagnostics(workload: Workload, given: TimeWindow | undefined): Diagnostic[] {
  const found: Diagnostic[] = [];
  const { window } = workload;
  if (given !== undefined && (window.startMs > given.startMs || window.endMs < given.endMs)) {
    found.push({
      severity: "warning",
      code: "workload-window-cut",
      summary: `The log does not cover the whole window: ${spanText(window)} is what there is of it`,
    });
  }
  const requests = workload.timesMs.length;
  if (requests < REQUESTS_MIN) {
    found.push({
      severity: "warning",
      code: "workload-few-requests",
      summary: `Only ${requests} request${requests === 1 ? "" : "s"} in ${spanText(window)}: too few to judge more than the median`,
      detail: "Choose a longer window, or a log of a busier time.",
    });
  }
  return found;
}
