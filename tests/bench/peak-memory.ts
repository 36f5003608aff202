/** Loaded before a measured process: writes the most memory it held, in MiB, when it ends. */
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env["APEX_BENCH_PEAK_FILE"];
if (file !== undefined && isMainThread) {
  process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS / 1024)));
}
