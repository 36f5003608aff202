import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AdapterError, type Collected, type CollectionPart } from "@apex/core";
import { expect, onTestFinished, test } from "vitest";
import type { CollectProvider } from "../collect/collect-provider.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";
import { runCollect } from "./collect.ts";

const OPINION: Collected = {
  kind: "opinion",
  opinion: {
    resourceId: "i-1",
    source: "aws-compute-optimizer",
    finding: "OVER_PROVISIONED",
    reasonCodes: [],
    at: "2026-11-21T07:00:00Z",
  },
};
const SAMPLES: Collected = {
  kind: "samples",
  series: {
    resourceId: "i-1",
    metric: "cpu_percent",
    statistic: "maximum",
    periodMs: 300_000,
    timestampsMs: Float64Array.of(Date.UTC(2026, 10, 20)),
    values: Float64Array.of(1),
  },
};
const REFUSED = new AdapterError("denied", "reading is not permitted");

function part(key: string, outcome: readonly Collected[] | AdapterError): CollectionPart {
  return {
    key,
    title: key,
    async *collect() {
      if (outcome instanceof AdapterError) throw outcome;
      yield* outcome;
    },
  };
}

/** Runs a collection of a source with these parts of inventory and of metrics. */
async function collected(parts: readonly CollectionPart[], metrics: readonly CollectionPart[] = []) {
  const cwd = await mkdtemp(path.join(tmpdir(), "apex-collect-"));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const io = recordedIo({ cwd });
  const provider: CollectProvider = {
    name: "prometheus",
    description: "",
    addOptions: () => undefined,
    measuresOthers: true,
    open: async () => ({ parts: async () => parts, metricParts: async () => metrics }),
  };
  const options = { days: 1, format: "table", quiet: true } as const;
  return runCollect(io, provider, options).then(
    (code) => ({ code, said: io.stderr() }),
    (error: unknown) => error,
  );
}

test("second opinions alone are something", async () => {
  expect(await collected([part("a", [OPINION])])).toEqual({ code: EXIT_CODES.done, said: "" });
});

test("what fails beside something is told", async () => {
  const some = await collected([], [part("a", [SAMPLES]), part("b", REFUSED)]);
  expect(some).toEqual({
    code: EXIT_CODES.done,
    said: "apex: error: reading is not permitted. Not collected: b.\n",
  });
});

test("nothing where all was asked is nothing to do, and nothing where some failed is a failure", async () => {
  expect(await collected([part("a", [])])).toMatchObject({ code: EXIT_CODES.nothingToDo });
  expect(await collected([part("a", []), part("b", REFUSED)])).toMatchObject({
    exitCode: EXIT_CODES.badInput,
    message: "nothing was found, and not all could be asked: reading is not permitted. Not collected: b.",
  });
  expect(await collected([part("b", REFUSED)])).toMatchObject({
    exitCode: EXIT_CODES.badInput,
    message: "nothing could be collected: reading is not permitted. Not collected: b.",
  });
});

test("the help says what the exit codes mean", async () => {
  const io = recordedIo();
  await runCli(["collect", "aws", "--help"], io);
  expect(io.stdout()).toContain("1 all was asked, and there is nothing");
});
