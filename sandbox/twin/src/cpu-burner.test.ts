import { expect, test } from "vitest";
import { threadCpuUs } from "./clocks.ts";
import { CpuBurner } from "./cpu-burner.ts";

/** Burns pieces, spending something beside each, and returns what the thread used in all. */
function use(burner: CpuBurner, piecesUs: readonly number[], besideUs: number): number {
  const before = threadCpuUs();
  for (const us of piecesUs) {
    const until = threadCpuUs() + besideUs;
    while (threadCpuUs() < until);
    burner.burn(us);
  }
  return threadCpuUs() - before;
}

test.each([
  ["quanta", Array.from({ length: 200 }, () => 500), 0],
  ["crumbs", Array.from({ length: 2000 }, () => 40), 0],
  ["one piece", [80_000], 0],
  ["pieces with something beside them", Array.from({ length: 200 }, () => 500), 120],
  ["pieces of which most is spent already", Array.from({ length: 200 }, () => 500), 400],
])("the thread uses what was asked, in %s", (_name, piecesUs, besideUs) => {
  const burner = new CpuBurner(threadCpuUs);
  burner.burn(5000);
  const askedUs = piecesUs.reduce((sum, us) => sum + us, 0);
  const usedUs = use(burner, piecesUs, besideUs);
  // What the last piece left over, and the bookkeeping around the first.
  expect(Math.abs(usedUs - askedUs)).toBeLessThan(0.02 * askedUs + 1000);
});

test("more that was spent beside the work than the work itself is not taken off later work for ever", () => {
  const burner = new CpuBurner(threadCpuUs);
  use(burner, [10], 50_000);
  const usedUs = use(burner, [100_000], 0);
  expect(usedUs).toBeGreaterThan(90_000);
});

test("what was spent elsewhere is taken off, but never all", () => {
  const burner = new CpuBurner(threadCpuUs);
  burner.burn(5000);
  burner.charge(1000);
  const before = burner.burnedUs;
  burner.burn(500);
  const first = burner.burnedUs - before;
  burner.burn(20_000);
  expect(first).toBeGreaterThanOrEqual(50);
  expect(Math.abs(burner.burnedUs - before - 19_500)).toBeLessThan(1000);
});

test("nothing asked, nothing burned", () => {
  const burner = new CpuBurner(threadCpuUs);
  burner.burn(0);
  expect(burner.burnedUs).toBe(0);
});

test("it is the program that burns, not the kernel", () => {
  const burner = new CpuBurner(threadCpuUs);
  const before = process.threadCpuUsage();
  burner.burn(300_000);
  const { user, system } = process.threadCpuUsage(before);
  // Measured 3 %; the split is sampled by the kernel's timer and moves by some per cent.
  expect(system / (user + system)).toBeLessThan(0.25);
});
