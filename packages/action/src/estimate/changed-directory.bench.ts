import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readActionInputs } from "../inputs/action-inputs.ts";
import { makeDirectory } from "../testing/action-run.ts";
import { type Checkout, machineFiles, newCheckout } from "../testing/checkout.ts";
import { openActionIo } from "../runner/action-io.ts";
import { estimateCheckout } from "./estimate-checkout.ts";

const RUNS = {
  iterations: Number(process.env["APEX_BENCH_ITERATIONS"] ?? 5),
  time: 0,
  warmup: false,
} as const;
const DIRECTORIES = Array.from({ length: 10 }, (_, index) => `live/${index}`);
const EVENT = {
  name: "push",
  occasion: { kind: "push", before: null },
  repository: { owner: "acme", name: "infrastructure" },
  defaultBranch: "main",
  apiUrl: "https://api.github.com",
  serverUrl: "https://github.com",
} as const;

/** The root modules that an estimate of the checkout's branch plans, of ten. */
async function plannedIn(checkout: Checkout, cache?: string): Promise<number> {
  const env = { ...process.env, ...(cache === undefined ? {} : { "INPUT_CACHE-DIRECTORY": cache }) };
  const io = openActionIo({
    env: { ...env, GITHUB_WORKSPACE: checkout.directory },
    cwd: checkout.directory,
    temporary: path.dirname(checkout.directory),
    write: () => {},
    signal: new AbortController().signal,
    now: () => new Date(),
  });
  const report = await estimateCheckout(readActionInputs(io), EVENT, io);
  return report.projects.length;
}

/** A branch on which some of ten root modules have another machine. */
async function branchTouching(count: number): Promise<Checkout> {
  const home = await makeDirectory(onTestFinished);
  const checkout = await newCheckout(path.join(home, "checkout"));
  await checkout.commit(machineFiles(DIRECTORIES, "m5.large"));
  await checkout.git("checkout", "--quiet", "-b", "feature");
  await checkout.commit(machineFiles(DIRECTORIES.slice(0, count), "m5.xlarge"));
  return checkout;
}

test("a pull request touches one of ten root modules, or all ten", async ({ bench }) => {
  const [one, ten] = [await branchTouching(1), await branchTouching(10)];
  const cache = path.join(path.dirname(ten.directory), "cache");
  expect(await plannedIn(one)).toBe(1);
  expect(await plannedIn(ten, cache)).toBe(10);
  const names = ["one of ten", "all ten", "all ten from the cache"] as const;
  const results = await bench.compare(
    bench(names[0], async () => void (await plannedIn(one))),
    bench(names[1], async () => void (await plannedIn(ten))),
    bench(names[2], async () => void (await plannedIn(ten, cache))),
    RUNS,
  );
  const seconds = (name: (typeof names)[number]) => results.get(name).latency.mean / 1000;
  console.log(
    `estimate of a change in one of ten root modules: ${seconds("one of ten").toFixed(2)} s; in all ten ` +
      `${seconds("all ten").toFixed(2)} s (ratio ${(seconds("all ten") / seconds("one of ten")).toFixed(1)}), ` +
      `from the cache ${seconds("all ten from the cache").toFixed(2)} s`,
  );
});
