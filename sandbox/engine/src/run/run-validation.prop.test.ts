import { AdapterError, InvariantError } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runValidation } from "./run-validation.ts";
import { buildRequest, unevenWorkload } from "./testing/build-request.ts";
import { type Operation, SimulatedSandbox, type SimulatedWorld } from "./testing/simulated-sandbox.ts";

/** A minute, which its CPU samples are of, and few requests keep each of the many runs cheap; the peak makes them whole runs. */
const workload = unevenWorkload(60, (second) => (second < 10 ? 20 : second < 50 ? 40 : 60));
const request = buildRequest({ workload, minutes: 3 });

async function settled(world: SimulatedWorld): Promise<{
  readonly sandbox: SimulatedSandbox;
  readonly error: unknown;
}> {
  const sandbox = new SimulatedSandbox(world);
  const error = await runValidation(request, sandbox.ports).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { sandbox, error };
}

/** What nobody could read is left to the reaper, but for its environments. */
function expectNothingLeft(sandbox: SimulatedSandbox, { isRead } = { isRead: true }): void {
  expect(sandbox.violations).toEqual([]);
  expect([...sandbox.standing.keys()]).toEqual([]);
  expect(sandbox.isClosed).toBe(isRead);
}

const clean = await settled({});
const operationCount = clean.sandbox.operations.length;
const anyMoment = fc.integer({ min: 1, max: operationCount });

describe("nothing is left and the run ends, whatever happens and when", () => {
  test("a clean run touches the world often enough for this to mean something", () => {
    expect(clean.error).toBeUndefined();
    expect(operationCount).toBeGreaterThan(100);
    const purposes = new Set(clean.sandbox.replayed.map(({ name }) => name.split("-")[0]));
    expect([...purposes]).toEqual(["calibration", "baseline", "candidate", "peak", "headroom"]);
    expectNothingLeft(clean.sandbox);
  });

  test("one operation fails, whichever", async () => {
    for (let at = 1; at <= operationCount; at += 1) {
      const { sandbox, error } = await settled({
        onOperation: (_operation, count) => {
          if (count === at) throw new AdapterError("unavailable", `operation ${at} failed`);
        },
      });
      expectNothingLeft(sandbox);
      const isDone = sandbox.events.at(-1)?.kind === "ended" || sandbox.operations[at - 1] === "append";
      expect(isDone, `operation ${at}`).toBe(true);
      expect(error === undefined || error instanceof AdapterError).toBe(true);
    }
  });

  test("cancelled at any moment it throws the reason, and replays nothing more", async () => {
    for (let at = 1; at <= operationCount; at += 1) {
      const reason = new Error("cancelled");
      let replaysThen = -1;
      const { sandbox, error } = await settled({
        onOperation: (_operation, count, world) => {
          if (count !== at) return;
          replaysThen = world.replayed.length;
          world.signal.stop(reason);
        },
      });
      expectNothingLeft(sandbox);
      const wasJudged = sandbox.events.some((event) => event.kind === "judged");
      expect(wasJudged || error === reason, `cancelled at ${at}`).toBe(true);
      expect(sandbox.replayed.length).toBeLessThanOrEqual(replaysThen + 1);
    }
  });

  test("the world breaks for good in any one respect, or in all", async () => {
    const kinds: readonly Operation[] = [
      "provision",
      "usage",
      "counters",
      "replay",
      "destroy",
      "reading",
      "append",
      "closeRun",
    ];
    await fc.assert(
      fc.asyncProperty(anyMoment, fc.subarray([...kinds], { minLength: 1 }), async (from, broken) => {
        const { sandbox, error } = await settled({
          onOperation: (operation, count) => {
            if (count >= from && broken.includes(operation))
              throw new AdapterError("unavailable", `${operation} is broken`);
          },
        });
        const lastReading = sandbox.operations.lastIndexOf("reading") + 1;
        expectNothingLeft(sandbox, { isRead: !broken.includes("reading") || lastReading < from });
        expect(error === undefined || error instanceof AdapterError).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test("it fails at one moment and is cancelled at another", async () => {
    await fc.assert(
      fc.asyncProperty(anyMoment, anyMoment, async (failAt, cancelAt) => {
        const { sandbox } = await settled({
          onOperation: (_operation, count, world) => {
            if (count === cancelAt) world.signal.stop(new Error("cancelled"));
            if (count === failAt) throw new Error("not even an AdapterError");
          },
        });
        expectNothingLeft(sandbox);
      }),
      { numRuns: 150 },
    );
  });

  test("an onlooker throws, or a bug of ours does while judging", async () => {
    for (let at = 1; at <= 40; at += 3) {
      const sandbox = new SimulatedSandbox();
      let told = 0;
      const thrown = runValidation(request, sandbox.ports, (progress) => {
        told += progress.kind === "event" ? 1 : 0;
        if (told === at) throw new Error("the terminal is gone");
      });
      await thrown.catch(() => {});
      expectNothingLeft(sandbox);
    }
    let asked = 0;
    const objectives = {
      get errorShare(): number {
        asked += 1;
        if (asked > 1) throw new InvariantError("a bug");
        return 0.5;
      },
    };
    const sandbox = new SimulatedSandbox();
    await expect(runValidation({ ...request, objectives }, sandbox.ports)).rejects.toThrow(InvariantError);
    expect(sandbox.replayed.length).toBeGreaterThan(10);
    expectNothingLeft(sandbox);
  });
});
