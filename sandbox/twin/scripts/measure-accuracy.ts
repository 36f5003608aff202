/**
 * How well the twin reproduces recorded CPU utilisation: each recorded shape, replayed against a twin in the sandbox.
 *
 *     node sandbox/twin/scripts/measure-accuracy.ts [seconds per point, 2] [shape]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureImages, openDocker, sandboxHost } from "@apex/sandbox-docker";
import { openReplayer } from "@apex/workloads-replay";
import { RECORDED_SHAPES, type Reproduction, reproduceShape } from "../src/testing/index.ts";

const [secondsPerPoint = 2] = process.argv.slice(2, 3).map(Number);
const only = process.argv[3];

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function rowOf({ shape, result, ...figures }: Reproduction): Record<string, string | number> {
  const worst = Math.max(
    ...figures.points.map((point) => Math.abs(point.measuredShare - point.recordedShare)),
  );
  return {
    shape,
    requests: result.completed,
    recorded: percent(figures.recordedShare),
    measured: percent(figures.measuredShare),
    error: percent(figures.errorShare),
    "error of points": percent(figures.shapeErrorShare),
    "worst point": `${(100 * worst).toFixed(1)} points`,
    throttled: percent(figures.throttledShare),
    "host busy": percent(figures.hostBusyShare),
    "p99 ms": result.latency.p99Ms?.toFixed(1) ?? "-",
  };
}

const engine = await openDocker();
const cacheDirectory = await mkdtemp(path.join(tmpdir(), "apex-twin-accuracy-"));
const replayer = openReplayer();
try {
  const images = await ensureImages(engine, {
    twinDirectory: path.resolve(import.meta.dirname, "../src"),
    terraform: "terraform",
    cacheDirectory,
  });
  const laboratory = { host: await sandboxHost(engine), replayer, image: images.twin };
  const rows: Record<string, string | number>[] = [];
  for (const shape of RECORDED_SHAPES.filter(({ name }) => only === undefined || name === only)) {
    rows.push(rowOf(await reproduceShape(laboratory, shape, 1000 * secondsPerPoint)));
    console.table(rows.slice(-1));
  }
  console.table(rows);
} finally {
  await replayer.close();
  await rm(cacheDirectory, { recursive: true, force: true });
}
