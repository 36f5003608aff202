import { expect, test } from "vitest";
import { threadCpuUs } from "./clocks.ts";
import { CpuBurner } from "./cpu-burner.ts";

function spend(burner: CpuBurner, slicesUs: readonly number[]): number {
  const before = threadCpuUs();
  for (const us of slicesUs) burner.burn(us);
  return threadCpuUs() - before;
}

test.each([
  ["quanta", Array.from({ length: 200 }, () => 500)],
  ["crumbs", Array.from({ length: 2000 }, () => 30)],
  ["one piece", [80_000]],
])("burns what was asked, in %s, by the thread's CPU time", (_name, slicesUs) => {
  const burner = new CpuBurner();
  burner.burn(5000);
  const askedUs = slicesUs.reduce((sum, us) => sum + us, 0);
  const before = burner.burnedUs;
  const spentUs = spend(burner, slicesUs);
  const burnedUs = burner.burnedUs - before;
  // An overshoot is taken off the next piece, so only the last one's is left: at most a piece of work and a collection.
  expect(Math.abs(burnedUs - askedUs)).toBeLessThan(2000);
  // Around the pieces only the loop of this test is left, and the look at the clock that begins each piece.
  expect(spentUs).toBeGreaterThanOrEqual(burnedUs);
  expect(spentUs).toBeLessThan(askedUs * 1.25);
});

test("nothing asked, nothing burned", () => {
  const burner = new CpuBurner();
  burner.burn(0);
  expect(burner.burnedUs).toBe(0);
});

test("it is the program that burns, not the kernel", () => {
  const burner = new CpuBurner();
  const before = process.threadCpuUsage();
  burner.burn(300_000);
  const { user, system } = process.threadCpuUsage(before);
  // Measured 3 %; the split is sampled by the kernel's timer and moves by some per cent.
  expect(system / (user + system)).toBeLessThan(0.25);
});
