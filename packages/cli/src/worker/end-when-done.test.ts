import type { IdleWaiting } from "@apex/sandbox-queue";
import { expect, test } from "vitest";
import { endWhenDone } from "./end-when-done.ts";

const NOTHING: IdleWaiting = { backoff: 0, held: 0, limited: 0, tooLarge: 0, refused: 0 };

function idle(...looks: readonly Partial<IdleWaiting>[]) {
  const end = endWhenDone();
  for (const waiting of looks) end.onEvent({ kind: "idle", waiting: { ...NOTHING, ...waiting } });
  return { hasEnded: end.signal.aborted, left: end.left() };
}

test("a worker ends when nothing is left, and not before it was idle", () => {
  const end = endWhenDone();
  end.onEvent({ kind: "campaign-ended", tenant: "acme", campaignId: "cmp-1" });
  expect(end.signal.aborted).toBe(false);
  expect(idle({})).toEqual({ hasEnded: true, left: [] });
});

test("a run that waits for its next attempt is waited for, whatever else is left", () => {
  expect(idle({ backoff: 1 }, { backoff: 1, limited: 3 })).toEqual({ hasEnded: false, left: [] });
  expect(idle({ backoff: 1 }, {})).toEqual({ hasEnded: true, left: [] });
});

test("a run that another worker has is waited for: that one may have been killed", () => {
  expect(idle({ held: 2 })).toEqual({ hasEnded: false, left: [] });
  expect(idle({ held: 2 }, {})).toEqual({ hasEnded: true, left: [] });
});

test("what a larger machine, the next month or another worker has to do does not keep it, and is told", () => {
  const { hasEnded, left } = idle({ tooLarge: 1, limited: 2, refused: 1 });
  expect(hasEnded).toBe(true);
  expect(left).toEqual([
    expect.stringMatching(/^1 run wants more than this worker has/) as string,
    expect.stringMatching(/^2 runs wait for the next month/) as string,
    expect.stringMatching(/^1 run waits for another worker/) as string,
  ]);
});
