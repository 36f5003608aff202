/**
 * Reads recorded workloads: access logs of servers and load balancers, HAR, logs of language models, CSV. Text in, columns
 * out, without the secrets that logs hold; then selects, thins and spreads.
 * Not for opening files, decompressing or decoding them, and not for sending requests.
 */
export { indexOfDispersion, secondCounts, type SecondCounts } from "./burstiness.ts";
export { detectFormat } from "./detect-format.ts";
export { type LogFile, type ReadOptions, type ReadWorkload, readWorkload } from "./read-workload.ts";
export { type QueryValues } from "./redactor.ts";
export { replaySchedule, type ReplayScheduleOptions } from "./replay-schedule.ts";
export { rowFrom } from "./row-from.ts";
export { busiestWindow, selectWindow } from "./select-window.ts";
export { spreadWholeSeconds } from "./spread-whole-seconds.ts";
export { thin } from "./thin.ts";
