import { afterEach, beforeEach, vi } from "vitest";

/** In every test of the file `performance.now` stands still, and goes on with `vi.advanceTimersByTime`. Real timers stay. */
export function fakeClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
