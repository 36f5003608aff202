import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { parseReport, type Report } from "@apex/report";
import { readRecommendations } from "../estimate/missed-recommendations.ts";
import type { ActionIo } from "../runner/action-io.ts";
import type { OptimizeSettings } from "./optimize-settings.ts";

/** Where the command line lies in a checkout of Apex. */
const CLI = "packages/cli/src/main.ts";
const OUTPUT_CHARACTERS_MAX = 256 * 1024 * 1024;
const ERROR_CHARACTERS_MAX = 2_000;
/** `apex optimize`: done, and nothing to do; there is a report all the same. */
const REPORTED_CODES = new Set([0, 1]);
/** What the child has no use for: the token is for pull requests, not for reading metrics. */
const SECRET_VARIABLE =
  /^(?:INPUT_|GITHUB_TOKEN$|GH_TOKEN$|ACTIONS_(?:RUNTIME|ID_TOKEN|CACHE)|NODE_OPTIONS$)/;

/** The entry of the command line that belongs to this Action; `undefined` where the Action was installed without it. */
function besideAction(): string | undefined {
  for (let directory = import.meta.dirname; ; directory = path.dirname(directory)) {
    const entry = path.join(directory, CLI);
    if (existsSync(entry)) return entry;
    if (path.dirname(directory) === directory) return undefined;
  }
}

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

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** No shell: whatever a path or an input holds, it is one argument. */
function run(entry: string, args: readonly string[], io: ActionIo): Promise<Ended> {
  const env = Object.fromEntries(Object.entries(io.env).filter(([name]) => !SECRET_VARIABLE.test(name)));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...args], {
      cwd: io.workspace,
      env,
      signal: io.signal,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.length > OUTPUT_CHARACTERS_MAX) child.kill();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = `${stderr}${text}`.slice(-ERROR_CHARACTERS_MAX);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

async function optimized(settings: OptimizeSettings, io: ActionIo): Promise<Report> {
  if (settings.state === null) {
    throw new AdapterError(
      "invalid",
      "mode optimize needs `report`, the JSON report of `apex optimize`, or what it is made from: `state`, and with it `cost` and `metrics`",
    );
  }
  const entry = settings.cli === null ? besideAction() : path.resolve(io.workspace, settings.cli);
  if (entry === undefined) {
    throw new AdapterError(
      "not-found",
      "the command line of Apex is not installed beside this Action: let a step before run `apex optimize --format json` and give its output as `report`, or give `cli` the file packages/cli/src/main.ts of a checkout of Apex",
    );
  }
  const { code, stdout, stderr } = await run(entry, argumentsOf(settings), io);
  io.signal.throwIfAborted();
  const report = code !== null && REPORTED_CODES.has(code) ? parseReport(stdout) : undefined;
  if (report?.schema === "apex.report/v1") {
    // What the pull requests rest on can be kept as an artifact.
    const file = path.join(io.temp, "apex-report.json");
    await writeFile(file, stdout);
    io.log(`The report of apex optimize is in ${file}`);
    return report;
  }
  const told = stderr.trim() || "it said nothing";
  throw new AdapterError("invalid", `apex optimize ended with exit code ${code ?? "none"}: ${told}`);
}

/** The report that pull requests are made from: the given one, or that of an `apex optimize` which runs now. Throws AdapterErrors. */
export async function obtainReport(settings: OptimizeSettings, io: ActionIo): Promise<Report> {
  if (settings.report === null) return optimized(settings, io);
  return readRecommendations(path.resolve(io.workspace, settings.report), settings.report);
}
