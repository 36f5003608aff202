import { AdapterError, type ClaimOutcome, type QueuedRun } from "@apex/core";
import { expect, test, vi } from "vitest";
import { roomOf } from "./capacity.ts";
import type { WorkerEvent } from "./events.ts";
import { healthOf } from "./health.ts";
import { hostRefusals } from "./host-refusals.ts";
import { type Intake, intakeOf } from "./intake.ts";
import { aTicket } from "./testing/a-ticket.ts";
import { fakeClock } from "./testing/fake-clock.ts";
import { aQueuedRun, MemoryRecords } from "./testing/memory-records.ts";

fakeClock();

/** A host of four cores and its tenants' tickets, in order; records that answer for a run what `outcomes` says. */
function host(
  runs: readonly QueuedRun[],
  outcomes: Readonly<Record<string, () => Promise<ClaimOutcome>>> = {},
) {
  const records = new MemoryRecords(runs, 60_000);
  const claim = records.claim.bind(records);
  records.claim = (run, worker) => outcomes[run.runId]?.() ?? claim(run, worker);
  const events: WorkerEvent[] = [];
  const onEvent = (event: WorkerEvent): number => events.push(event);
  const tickets = runs.map((run) => aTicket(run));
  const queue = [...tickets];
  const refusals = hostRefusals(onEvent);
  const room = roomOf({ cores: 4, memoryBytes: 1_000, gpus: 0 });
  const intake = intakeOf({
    records,
    refusals,
    onEvent,
    taking: {
      async take(tenant) {
        const index = queue.findIndex(({ run }) => run.tenant === tenant);
        return index === -1 ? undefined : queue.splice(index, 1)[0];
      },
      takeCampaign: async () => undefined,
      closeIdle: async () => undefined,
      close: async () => undefined,
    },
    room,
    identity: { id: "w1", host: "here" },
    patienceMs: 30_000,
    recordsHealth: healthOf("records", onEvent),
    queueHealth: healthOf("queue", onEvent),
  });
  return { intake, records, refusals, room, events, put: () => tickets.map((ticket) => ticket.put) };
}

function run(runId: string, changes: Partial<QueuedRun> = {}): QueuedRun {
  return aQueuedRun({ runId, ...changes });
}

async function kinds(intake: Intake, looks: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let look = 0; look < looks; look++) found.push((await intake.next()).kind);
  return found;
}

test("a run that the records cannot read is put away for a while and told: others go on", async () => {
  const { intake, put, events } = host([run("poison"), run("fine")], {
    poison: () => Promise.reject(new TypeError("x is undefined")),
  });
  expect(await kinds(intake, 2)).toEqual(["look-again", "claimed"]);
  expect(put()).toEqual([["later"], []]);
  expect(events).toEqual([{ kind: "trouble", what: "run poison of acme", message: "x is undefined" }]);
});

test("records that are away leave a ticket where it was", async () => {
  const { intake, put, events } = host([run("a")], {
    a: () => Promise.reject(new AdapterError("unavailable", "no answer")),
  });
  expect(await kinds(intake, 1)).toEqual(["nothing"]);
  expect(put()).toEqual([["back"]]);
  expect(events).toEqual([{ kind: "away", service: "records", message: "no answer" }]);
});

test("a run beyond its tenant's month is put aside alone: what began this month goes on", async () => {
  const hour: ClaimOutcome = { kind: "later", why: "month-limit", inMs: 3_600_000 };
  const { intake, put } = host([run("new"), run("retry")], { new: async () => hour });
  expect(await kinds(intake, 2)).toEqual(["look-again", "claimed"]);
  expect(put()).toEqual([["later"], []]);
  expect([intake.obstacleTo(run("new")), intake.obstacleTo(run("retry"))]).toEqual(["limited", undefined]);
});

test("a tenant with as many runs as it may have at a time is left out, for a minute at most", async () => {
  const outcome: ClaimOutcome = { kind: "later", why: "tenant-limit", inMs: 3_600_000 };
  const other = { tenant: "zen" };
  const { intake, put } = host([run("a"), run("b"), run("c", other)], { a: async () => outcome });
  expect(await kinds(intake, 3)).toEqual(["look-again", "claimed", "nothing"]);
  expect(put()).toEqual([["back"], [], []]);
  vi.advanceTimersByTime(60_001);
  expect(await kinds(intake, 1)).toEqual(["claimed"]);
});

test("a host takes nothing while it refuses whatever comes, and leaves a run that it refused to others", async () => {
  const { intake, refusals, put } = host([run("a"), run("b")]);
  for (const runId of ["a", "x", "y"]) refusals.ended(run(runId), { kind: "released", refusal: "No." });
  expect(await kinds(intake, 1)).toEqual(["nothing"]);
  expect(intake.obstacleTo(run("b"))).toBe("refused");
  vi.advanceTimersByTime(30_001);
  expect(await kinds(intake, 2)).toEqual(["look-again", "claimed"]);
  expect(put()).toEqual([["later"], []]);
  expect([intake.obstacleTo(run("a")), intake.obstacleTo(run("b"))]).toEqual(["refused", undefined]);
});

test("a run that nothing is taken before is let go when somebody else has done it, or it was cancelled", async () => {
  const { reservation } = run("x");
  const large = run("large", { reservation: { ...reservation, cores: 4 } });
  const { intake, records, room, put } = host([large, run("small")]);
  room.take({ ...reservation, cores: 3 });
  expect(await kinds(intake, 1)).toEqual(["look-again"]);
  vi.advanceTimersByTime(30_000);
  expect(await kinds(intake, 1)).toEqual(["full"]);
  vi.advanceTimersByTime(5_000);
  expect(await kinds(intake, 1)).toEqual(["full"]);
  await records.claim(large, { id: "w2", host: "there" });
  expect(await kinds(intake, 1)).toEqual(["full"]);
  vi.advanceTimersByTime(5_000);
  expect(await kinds(intake, 1)).toEqual(["claimed"]);
  expect(put()).toEqual([["back"], []]);
});

test("records that are away do not let it go", async () => {
  const { reservation } = run("x");
  const { intake, records, room, put } = host([run("large", { reservation: { ...reservation, cores: 4 } })]);
  room.take({ ...reservation, cores: 3 });
  await intake.next();
  vi.advanceTimersByTime(60_000);
  records.isAway = true;
  expect(await kinds(intake, 1)).toEqual(["full"]);
  expect(put()).toEqual([[]]);
});
