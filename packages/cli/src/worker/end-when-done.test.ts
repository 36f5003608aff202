import { AdapterError, type QueuedRun } from "@apex/core";
import { expect, test, vi } from "vitest";
import { endWhenDone } from "./end-when-done.ts";

const CAPACITY = { cores: 2, memoryBytes: 8e9, gpus: 0 };
const OF_RUN = { tenant: "acme", runId: "val-1", campaignId: "cmp-1" };

function queued(cores: number): QueuedRun {
  const reservation = { cores, memoryBytes: 4e9, gpus: 0, gpuModel: null, maxSeconds: 60 };
  return { ...OF_RUN, priority: 5, reservation };
}

/** What waits can be changed while the worker works. */
function ending(waiting: readonly QueuedRun[]) {
  let present: readonly QueuedRun[] | Error = waiting;
  let looks = 0;
  const waitingRuns = () => {
    looks += 1;
    return present instanceof Error ? Promise.reject(present) : Promise.resolve(present);
  };
  const end = endWhenDone({ waitingRuns }, CAPACITY, 1);
  return {
    end,
    wait: (next: readonly QueuedRun[] | Error) => {
      present = next;
    },
    /** Until what waits was looked at twice more. */
    looked: async () => {
      const from = looks;
      await vi.waitFor(() => expect(looks).toBeGreaterThan(from + 1));
    },
  };
}

test("a worker ends when nothing is left", () => {
  const { end } = ending([]);
  end.onEvent({ kind: "idle", waiting: { backoff: 0, limited: 0, tooLarge: 0, refused: 0 } });
  expect([end.signal.aborted, end.tooLarge()]).toEqual([true, 0]);
});

test("what waits for a larger machine does not keep it; what it can do does, and a database that is away", async () => {
  const { end, wait, looked } = ending([queued(4), queued(1)]);
  await looked();
  wait(new AdapterError("unavailable", "away"));
  await looked();
  expect(end.signal.aborted).toBe(false);
  wait([queued(4), queued(3)]);
  await vi.waitFor(() => expect(end.signal.aborted).toBe(true));
  expect(end.tooLarge()).toBe(2);
});

test("what it does now is done to its end", async () => {
  const { end, wait } = ending([]);
  end.onEvent({ kind: "claimed", ...OF_RUN, attempt: 1 });
  wait([queued(4)]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(end.signal.aborted).toBe(false);
  end.onEvent({ kind: "ended", ...OF_RUN, state: "done", why: "pass" });
  await vi.waitFor(() => expect(end.signal.aborted).toBe(true));
});
