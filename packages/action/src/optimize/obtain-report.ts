import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { parseReport, type Report } from "@apex/report";
import { readRecommendations } from "../estimate/missed-recommendations.ts";
import type { ActionIo } from "../runner/action-io.ts";
import { runApex } from "../runner/apex-command.ts";
import type { OptimizeSettings } from "./optimize-settings.ts";

/** `apex optimize`: done, and nothing to do; there is a report all the same. */
const REPORTED_CODES = new Set([0, 1]);

function argumentsOf(settings: OptimizeSettings): readonly string[] {
  const { directory, state, varFiles, cost, metrics, policy, isTrusted } = settings;
  const many = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value]);
  return [
    "optimize",
    "--terraform",
    directory ?? ".",
    "--state",
    state ?? "",
    ...many("--var-file", varFiles),
    ...many("--cost", cost),
    ...many("--metrics", metrics),
    ...(policy === null ? [] : ["--policy", policy]),
    ...(isTrusted ? ["--trust"] : []),
    "--format",
    "json",
    "--quiet",
  ];
}

async function optimized(settings: OptimizeSettings, io: ActionIo, kept: string): Promise<Report> {
  if (settings.state === null) {
    throw new AdapterError(
      "invalid",
      "mode optimize needs `report`, the JSON report of `apex optimize`, or what it is made from: `state`, and with it `cost` and `metrics`",
    );
  }
  const entry = settings.cli === null ? {} : { entry: path.resolve(io.workspace, settings.cli) };
  const { code, stdout, stderr } = await runApex(io, argumentsOf(settings), { cwd: io.workspace, ...entry });
  io.signal.throwIfAborted();
  const report = code !== null && REPORTED_CODES.has(code) ? parseReport(stdout) : undefined;
  if (report?.schema === "apex.report/v1") {
    // What the pull requests rest on can be kept as an artifact.
    const file = path.join(io.temp, kept, "apex-report.json");
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, stdout);
    io.log(`The report of apex optimize is in ${file}`);
    return report;
  }
  const told = stderr.trim() || "it said nothing";
  throw new AdapterError("invalid", `apex optimize ended with exit code ${code ?? "none"}: ${told}`);
}

/**
 * The report that pull requests are made from: the given one, or that of an `apex optimize` which runs now and is left in the directory
 * `kept` of the runner's temporary one. Throws AdapterErrors.
 */
export async function obtainReport(settings: OptimizeSettings, io: ActionIo, kept = "."): Promise<Report> {
  if (settings.report === null) return optimized(settings, io, kept);
  return readRecommendations(path.resolve(io.workspace, settings.report), settings.report);
}
