/** A real Prometheus of the test's own, with series that were recorded, or made up, before it started. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { DAY_MS } from "@apex/core";
import { endWithUs } from "../chaos/at-exit.ts";
import { killed } from "../chaos/child-end.ts";
import { freePort } from "../chaos/free-port.ts";

const READY_MAX_MS = 60_000;

/** A metric's series over time; a value that is `undefined` leaves a gap. */
export interface RecordedSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly value: (atMs: number) => number | undefined;
}

/** A server that is stopped, and whose data goes, when it is disposed of. */
export interface PrometheusServer extends AsyncDisposable {
  readonly url: string;
}

/** Why there is none here; `undefined` where there is. `APEX_REQUIRE_PROMETHEUS=1`, as in continuous integration, makes that a failure. */
export function whyNoPrometheus(): string | undefined {
  const has = (program: string) => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
  if (has("prometheus") && has("promtool")) return undefined;
  const why = "there is no prometheus with promtool on the PATH: install the package prometheus";
  if (process.env["APEX_REQUIRE_PROMETHEUS"] === "1")
    throw new Error(`${why}, and APEX_REQUIRE_PROMETHEUS=1 says that it must be there`);
  console.warn(`tests of the collector on a real Prometheus are skipped: ${why}`);
  return why;
}

/** Starts a server that holds `recorded` and scrapes nothing. `flags` are its own, `web` its web configuration. */
export async function startPrometheus(
  recorded: Iterable<RecordedSeries>,
  options: {
    readonly flags?: readonly string[];
    readonly web?: string;
    readonly isTls?: boolean;
  } = {},
): Promise<PrometheusServer> {
  const { flags = [], web = "{}", isTls = false } = options;
  const folder = mkdtempSync(path.join(tmpdir(), "apex-prometheus-"));
  const file = (name: string) => path.join(folder, name);
  try {
    await importAll([...recorded], file("recorded.om"), file("data"));
    writeFileSync(file("prometheus.yml"), "{}\n");
    writeFileSync(file("web.yml"), `${web}\n`);
    const port = await freePort();
    const log = openSync(file("log"), "a");
    const child = spawn(
      "prometheus",
      [
        `--config.file=${file("prometheus.yml")}`,
        `--web.config.file=${file("web.yml")}`,
        `--storage.tsdb.path=${file("data")}`,
        "--storage.tsdb.retention.time=100y",
        `--web.listen-address=127.0.0.1:${port}`,
        ...flags,
      ],
      { stdio: ["ignore", log, log] },
    );
    endWithUs(child);
    const url = `${isTls ? "https" : "http"}://127.0.0.1:${port}`;
    for (const untilMs = Date.now() + READY_MAX_MS; !(await isReady(url)); await sleep(50)) {
      if (Date.now() > untilMs || child.exitCode !== null)
        throw new Error(`Prometheus does not start: ${readFileSync(file("log"), "utf8").slice(-1000)}`);
    }
    return {
      url,
      async [Symbol.asyncDispose]() {
        await killed(child);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Behind basic auth nothing is said without it, and a certificate of its own is refused: answers too. */
async function isReady(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${url}/-/ready`);
    return status === 200 || status === 401;
  } catch (error) {
    return error instanceof Error && String(error.cause).includes("certificate");
  }
}

/** promtool reads its file once for every two hours in it, so that days are handed over one by one. */
async function importAll(recorded: readonly RecordedSeries[], file: string, data: string): Promise<void> {
  const startMs = Math.min(...recorded.map((series) => series.startMs));
  const endMs = Math.max(...recorded.map((series) => series.endMs));
  const run = promisify(execFile);
  for (let fromMs = Math.floor(startMs / DAY_MS) * DAY_MS; fromMs <= endMs; fromMs += DAY_MS) {
    await writeOpenMetrics(
      file,
      recorded.map((series) => ofDay(series, fromMs)),
    );
    await run("promtool", ["tsdb", "create-blocks-from", "openmetrics", "-q", file, data]);
  }
  rmSync(file);
}

function ofDay(series: RecordedSeries, fromMs: number): RecordedSeries {
  const skipped = Math.max(0, Math.ceil((fromMs - series.startMs) / series.stepMs));
  return {
    ...series,
    startMs: series.startMs + skipped * series.stepMs,
    endMs: Math.min(series.endMs, fromMs + DAY_MS - 1),
  };
}

/** OpenMetrics wants a family's series together, under its type. */
async function writeOpenMetrics(file: string, recorded: Iterable<RecordedSeries>): Promise<void> {
  const families = Map.groupBy(recorded, ({ name }) => name);
  const out = createWriteStream(file);
  for (const [name, all] of families) {
    out.write(`# TYPE ${name} unknown\n`);
    for (const series of all) {
      if (!out.write(linesOf(series))) await once(out, "drain");
    }
  }
  out.end("# EOF\n");
  await once(out, "finish");
}

function linesOf({ name, labels, startMs, endMs, stepMs, value }: RecordedSeries): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  const lines: string[] = [];
  for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
    const number = value(atMs);
    if (number !== undefined) lines.push(`${name}{${pairs.join(",")}} ${number} ${atMs / 1000}\n`);
  }
  return lines.join("");
}
