import { expect, test, vi } from "vitest";
import { admissionsTo } from "./admission.ts";
import { roomOf } from "./capacity.ts";
import type { WorkerEvent } from "./events.ts";
import { aTicket } from "./testing/a-ticket.ts";
import { fakeClock } from "./testing/fake-clock.ts";
import { aQueuedRun, MemoryRecords } from "./testing/memory-records.ts";

const PATIENCE_MS = 30_000;

fakeClock();

function ticketOf(runId: string, cores: number) {
  const { reservation } = aQueuedRun();
  return aTicket(aQueuedRun({ runId, reservation: { ...reservation, cores } }));
}

/** A host of four cores of which three are taken until `free` is called. */
function busyHost() {
  const room = roomOf({ cores: 4, memoryBytes: 1_000, gpus: 0 });
  const events: WorkerEvent[] = [];
  const free = room.take({ ...aQueuedRun().reservation, cores: 3 });
  const onEvent = (event: WorkerEvent): number => events.push(event);
  return {
    admissions: admissionsTo({ room, patienceMs: PATIENCE_MS, records: new MemoryRecords([]), onEvent }),
    events,
    free,
  };
}

test("a run that does not fit is kept until it does, and others that fit go before it", async () => {
  const { admissions, free } = busyHost();
  const large = ticketOf("large", 2);
  expect(await admissions.admit(large)).toBe("kept");
  expect(await admissions.admit(ticketOf("small", 1))).toBe("fits");
  expect([admissions.takeKept(), admissions.isKeepingFree()]).toEqual([undefined, false]);
  free();
  expect(admissions.takeKept()).toBe(large);
  expect(admissions.takeKept()).toBeUndefined();
});

test("after its patience nothing else is taken, and it is not offered any more", async () => {
  const { admissions, events } = busyHost();
  await admissions.admit(ticketOf("large", 4));
  vi.advanceTimersByTime(PATIENCE_MS);
  expect(admissions.isKeepingFree()).toBe(true);
  expect(await admissions.offerKept()).toBeUndefined();
  expect(events).toEqual([expect.objectContaining({ kind: "later", runId: "large", why: "no-room" })]);
});

test("until then it is offered to other hosts now and then, which does not start its patience anew", async () => {
  const { admissions } = busyHost();
  const large = ticketOf("large", 4);
  await admissions.admit(large);
  expect(await admissions.offerKept()).toBeUndefined();
  for (let offers = 1; offers <= 5; offers++) {
    vi.advanceTimersByTime(5_000);
    expect(await admissions.offerKept()).toEqual({ tenant: "acme", restMs: 1_000 });
    expect(large.put).toEqual(Array(offers).fill("back"));
    vi.advanceTimersByTime(1_000);
    expect(await admissions.admit(large)).toBe("kept");
  }
  expect(admissions.isKeepingFree()).toBe(true);
});

test("one run is kept at a time, and given back at the end", async () => {
  const { admissions } = busyHost();
  const [first, second] = [ticketOf("first", 2), ticketOf("second", 2)];
  expect([await admissions.admit(first), await admissions.admit(second)]).toEqual(["kept", "put-away"]);
  expect([first.put, second.put]).toEqual([[], ["later"]]);
  await admissions.close();
  expect(first.put).toEqual(["back"]);
});

test("a run that is larger than the host is put away, and said once", async () => {
  const { admissions, events } = busyHost();
  const giant = ticketOf("giant", 5);
  expect([await admissions.admit(giant), await admissions.admit(giant)]).toEqual(["too-large", "too-large"]);
  expect(giant.put).toEqual(["later", "later"]);
  expect(events).toEqual([expect.objectContaining({ kind: "too-large", runId: "giant" })]);
});
