import type { WorkerEvent } from "@apex/sandbox-queue";
import { expect, test } from "vitest";
import { recordedIo } from "../testing.ts";
import { eventTeller } from "./tell-event.ts";

const RUN = { tenant: "acme", runId: "val-1", campaignId: "cmp-1" };

const EVENTS: readonly WorkerEvent[] = [
  { kind: "claimed", ...RUN, attempt: 2 },
  { kind: "progress", ...RUN, line: "Replaying: 10 %" },
  { kind: "progress", ...RUN, line: "Replaying: 20 %" },
  { kind: "again", ...RUN, inMs: 1_500, why: "the engine is gone\u001b[2J" },
  { kind: "progress", ...RUN, line: "Replaying: 5 %" },
  { kind: "ended", ...RUN, state: "dead", why: "no image shop:1" },
  { kind: "away", service: "queue", message: "no answer" },
  { kind: "campaign-ended", tenant: "acme", campaignId: "cmp-1" },
  { kind: "idle", waiting: { backoff: 0, held: 0, limited: 0, tooLarge: 0, refused: 0 } },
];

function told(options: { readonly json?: boolean; readonly quiet?: boolean }) {
  const io = recordedIo();
  const tell = eventTeller(io, options);
  for (const event of EVENTS) tell(event);
  return io;
}

test("a person reads a line for each event, progress only now and then, and no control characters", () => {
  expect(told({}).stderr().split("\n")).toEqual([
    "07:00:00 val-1 begins (attempt 2), of campaign cmp-1",
    "07:00:00 val-1 Replaying: 10 %",
    "07:00:00 val-1 is tried again in 2 s: the engine is gone[2J",
    "07:00:00 val-1 Replaying: 5 %",
    "07:00:00 val-1 failed for good: no image shop:1",
    "07:00:00 the queue is away: no answer; waiting for it",
    "07:00:00 campaign cmp-1 has ended",
    "",
  ]);
});

test("a program reads events as they are; who wants quiet hears only what goes wrong", () => {
  const lines = told({ json: true }).stdout().trimEnd().split("\n");
  expect(JSON.parse(lines[0] ?? "")).toEqual({ at: "2026-11-21T07:00:00.000Z", ...EVENTS[0] });
  expect(lines).toHaveLength(EVENTS.length - 1);
  const quiet = told({ quiet: true }).stderr();
  expect(quiet.trimEnd().split("\n")).toHaveLength(3);
  expect(quiet).toContain("is away");
});

test("a worker that waits for what others have says so, one that has nothing to wait for says nothing", () => {
  const io = recordedIo();
  const tell = eventTeller(io, {});
  const nothing = { backoff: 0, held: 0, limited: 0, tooLarge: 0, refused: 0 };
  for (const held of [2, 1, 0]) tell({ kind: "idle", waiting: { ...nothing, held } });
  expect(io.stderr().trimEnd().split("\n")).toEqual([
    "07:00:00 nothing to do here now: other workers have 2 runs",
    "07:00:00 nothing to do here now: another worker has 1 run",
  ]);
});

test("runs of two tenants with one id are two", () => {
  const io = recordedIo();
  const tell = eventTeller(io, {});
  for (const tenant of ["acme", "other"]) tell({ kind: "progress", ...RUN, tenant, line: "Replaying: 5 %" });
  expect(io.stderr().trimEnd().split("\n")).toHaveLength(2);
});
