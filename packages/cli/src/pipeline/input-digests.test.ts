import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { UtilizationProfile } from "@apex/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recordedIo } from "../testing.ts";
import { readWorkloadFiles } from "../validation/read-workload-files.ts";
import { inputDigests, seedOf } from "./input-digests.ts";
import type { ValidateInputs } from "./validate.ts";

let home: string;
let inputs: ValidateInputs;

const file = (name: string) => path.join(home, name);

async function workload(text: string): Promise<ValidateInputs["workload"]> {
  await writeFile(file("log.csv"), `timestamp,method,path\n${text}`);
  return (await readWorkloadFiles([file("log.csv")], { cwd: home })).workload;
}

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-digests-"));
  await mkdir(file("infra/modules/web"), { recursive: true });
  await writeFile(file("infra/main.tf"), 'module "web" {\n  source = "./modules/web"\n}\n');
  await writeFile(file("infra/modules/web/main.tf"), "locals {\n  size = 1\n}\n");
  await writeFile(file("state.json"), "{}");
  await writeFile(file("metrics.csv"), "a,b\n");
  inputs = {
    terraformDirectory: file("infra"),
    stateFile: file("state.json"),
    varFiles: [],
    metricFiles: [file("metrics.csv")],
    storeDirectory: home,
    overlay: new Map([["main.tf", "changed"]]),
    workload: await workload("2026-10-14T17:00:00Z,GET,/a\n2026-10-14T17:00:01Z,GET,/b\n"),
    minutes: 5,
  };
});
afterEach(() => rm(home, { recursive: true, force: true }));

const digests = (
  change: Partial<ValidateInputs> = {},
  image = "sha256:1",
  profiles: readonly UtilizationProfile[] = [],
) => inputDigests(recordedIo({ cwd: home }), { ...inputs, ...change }, { image, profiles });

/** The names of the digests that differ from those of the unchanged inputs. */
async function differing(change: () => Promise<Awaited<ReturnType<typeof digests>>>) {
  const before = await digests();
  const after = await change();
  return Object.keys(after).filter((name) => before[name] !== after[name]);
}

test("the same inputs have the same digests and the same seed", async () => {
  const [first, second] = [await digests(), await digests()];
  expect(first).toEqual(second);
  expect(seedOf(first)).toBe(seedOf(second));
  expect(seedOf(first)).toBeGreaterThanOrEqual(0);
  expect(Object.keys(first)).toEqual([
    "patch",
    "terraform",
    "state",
    "metrics",
    "workload",
    "image",
    "options",
  ]);
});

test("each input shows in its own digest, files of local modules included", async () => {
  const written = (name: string, text: string) => async () => {
    await writeFile(file(name), text);
    return digests();
  };
  expect(await differing(written("state.json", "{ }"))).toEqual(["state"]);
  expect(await differing(written("metrics.csv", "b,a\n"))).toEqual(["metrics"]);
  expect(await differing(written("infra/modules/web/main.tf", "locals {\n  size = 2\n}\n"))).toEqual([
    "terraform",
  ]);
  expect(await differing(() => digests({ overlay: new Map([["main.tf", "other"]]) }))).toEqual(["patch"]);
  expect(await differing(() => digests({ base: new Map([["main.tf", "repaired"]]) }))).toEqual(["repair"]);
  expect(await differing(() => digests({}, "sha256:2"))).toEqual(["image"]);
  expect(await differing(() => digests({ arrivalFactor: 4 }))).toEqual(["options"]);
  expect(await differing(() => digests({ arrivalFactor: 1 }))).toEqual([]);
  const paths = await workload("2026-10-14T17:00:00Z,GET,/a\n2026-10-14T17:00:01Z,GET,/c\n");
  expect(await differing(() => digests({ workload: paths }))).toEqual(["workload"]);
});

test("in which order variables and objectives were given is no other input", async () => {
  const own = { image: "shop:1", port: 80, env: { A: "1", B: "2" } };
  const objectives = { errorShare: 0.01, tolerance: 0.1 };
  const turned = { env: { B: "2", A: "1" }, port: 80, image: "shop:1" };
  expect(await digests({ own, objectives })).toEqual(
    await digests({ own: turned, objectives: { tolerance: 0.1, errorShare: 0.01 } }),
  );
  expect(await differing(() => digests({ own }))).toEqual(["options"]);
});

test("another input is another seed", async () => {
  expect(seedOf(await digests({ minutes: 6 }))).not.toBe(seedOf(await digests()));
});

test("of a collection what was read of the service counts, not where it lies", async () => {
  const profile = (value: number): readonly UtilizationProfile[] => [
    {
      resourceId: "i-1",
      window: { startMs: 0, endMs: 300_000 },
      series: [
        {
          resourceId: "i-1",
          metric: "cpu_percent",
          statistic: "maximum",
          periodMs: 300_000,
          timestampsMs: Float64Array.of(0),
          values: Float64Array.of(value),
        },
      ],
    },
  ];
  const metricsOf = async (collection: string, value: number) =>
    (await digests({ collection, metricFiles: [] }, undefined, profile(value)))["metrics"];
  expect(await metricsOf("/a", 1)).toBe(await metricsOf("/b", 1));
  expect(await metricsOf("/a", 1)).not.toBe(await metricsOf("/a", 2));
});
