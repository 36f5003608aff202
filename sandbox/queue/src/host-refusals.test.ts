import type { AttemptEnding } from "@apex/core";
import { expect, test, vi } from "vitest";
import type { WorkerEvent } from "./events.ts";
import { hostRefusals } from "./host-refusals.ts";
import { fakeClock } from "./testing/fake-clock.ts";
import { aQueuedRun } from "./testing/memory-records.ts";

const NO_IMAGE: AttemptEnding = { kind: "released", refusal: "shop:1 is not on this worker." };
const OLD: AttemptEnding = { kind: "released", refusal: "This worker is older than the campaign." };
const PASSED: AttemptEnding = { kind: "verdict", verdict: "pass", isOurFault: false, result: "{}" };

fakeClock();

function host() {
  const events: WorkerEvent[] = [];
  const refused = hostRefusals((event) => events.push(event));
  return {
    events,
    refused,
    end: (runId: string, ending: AttemptEnding) => refused.ended(run(runId), ending),
  };
}

function run(runId: string) {
  return aQueuedRun({ runId });
}

test("a run that was refused is left to others for a minute, then for longer, and said once", () => {
  const { refused, events, end } = host();
  end("a", NO_IMAGE);
  expect([refused.isResting(run("a")), refused.isResting(run("b"))]).toEqual([true, false]);
  vi.advanceTimersByTime(60_000);
  expect(refused.isResting(run("a"))).toBe(false);
  end("a", NO_IMAGE);
  vi.advanceTimersByTime(60_000);
  expect(refused.isResting(run("a"))).toBe(true);
  expect(events).toEqual([
    expect.objectContaining({ kind: "refused", runId: "a", why: "shop:1 is not on this worker." }),
  ]);
});

test("after three refusals in a row for one reason the host takes nothing for a while that grows, and says so", () => {
  const { refused, events, end } = host();
  end("a", OLD);
  end("b", OLD);
  // It was told to stop: that is nothing of the host.
  end("x", { kind: "released" });
  expect(refused.isPausing()).toBe(false);
  end("c", OLD);
  expect(refused.isPausing()).toBe(true);
  expect(events.at(-1)).toEqual({
    kind: "trouble",
    what: "this host",
    message: "it refused 3 runs in a row and takes nothing for 30 s: This worker is older than the campaign.",
  });
  vi.advanceTimersByTime(30_000);
  expect(refused.isPausing()).toBe(false);
  end("d", OLD);
  vi.advanceTimersByTime(59_000);
  expect(refused.isPausing()).toBe(true);
});

test("refusals for several reasons, or with something done between them, are of the runs and not of the host", () => {
  const { refused, end } = host();
  for (const ending of [OLD, NO_IMAGE, OLD, OLD, PASSED, OLD, OLD]) end("a", ending);
  expect(refused.isPausing()).toBe(false);
});
