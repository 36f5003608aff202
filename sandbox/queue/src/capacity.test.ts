import { describe, expect, test } from "vitest";
import { roomOf } from "./capacity.ts";
import { aQueuedRun } from "./testing/memory-records.ts";

const GIB = 2 ** 30;

function need(changes: Partial<ReturnType<typeof aQueuedRun>["reservation"]> = {}) {
  return { ...aQueuedRun().reservation, ...changes };
}

describe("room", () => {
  test("fits as long as cores, memory and GPUs are free, and is free again afterwards", () => {
    const room = roomOf({ cores: 2, memoryBytes: 4 * GIB, gpus: 1 });
    const free = room.take(need({ cores: 1, memoryBytes: 3 * GIB, gpus: 1 }));
    expect(room.fits(need({ cores: 1, memoryBytes: GIB }))).toBe(true);
    expect(room.fits(need({ cores: 1.5, memoryBytes: GIB }))).toBe(false);
    expect(room.fits(need({ cores: 1, memoryBytes: 2 * GIB }))).toBe(false);
    expect(room.fits(need({ cores: 1, memoryBytes: GIB, gpus: 1 }))).toBe(false);
    free();
    free();
    expect(room.fits(need({ cores: 2, memoryBytes: 4 * GIB, gpus: 1 }))).toBe(true);
  });

  test("fractions of cores add up without drifting", () => {
    const room = roomOf({ cores: 0.3, memoryBytes: GIB, gpus: 0 });
    room.take(need({ cores: 0.1 }));
    expect(room.fits(need({ cores: 0.2 }))).toBe(true);
    room.take(need({ cores: 0.2 }));
    expect(room.isFull()).toBe(true);
  });

  test("a run that is larger than the host never fits, and one for another GPU neither", () => {
    const room = roomOf({ cores: 4, memoryBytes: GIB, gpus: 1, gpuModel: "L4" });
    expect(room.couldEverFit(need({ cores: 4 }))).toBe(true);
    expect(room.couldEverFit(need({ cores: 5 }))).toBe(false);
    expect(room.couldEverFit(need({ gpus: 1, gpuModel: "H100" }))).toBe(false);
    expect(room.couldEverFit(need({ gpus: 1, gpuModel: "L4" }))).toBe(true);
    expect(room.couldEverFit(need({ gpus: 1 }))).toBe(true);
    expect(room.couldEverFit(need({ gpus: 0, gpuModel: "H100" }))).toBe(true);
  });
});
