import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { claimCpus } from "./host-cpus.ts";

/** Workers of an engine of its own, so that tests do not meet. */
function onEngine() {
  const engine = randomUUID();
  return (holder: string, wanted?: number) =>
    claimCpus({ engine, total: 4, holder, ...(wanted === undefined ? {} : { wanted }) });
}

test("a second worker takes CPUs that are free, and knows who has the others", async () => {
  const take = onEngine();
  await using first = await take("worker a", 1);
  await using second = await take("worker b", 2);
  await using third = await take("worker c");
  expect([first.cpus, second.cpus, third.cpus]).toEqual([[0], [1, 2], [3]]);
  expect(third.others).toEqual([`worker a (process ${process.pid})`, `worker b (process ${process.pid})`]);
});

test("too few are refused with the names of their holders, and none of them is kept", async () => {
  const take = onEngine();
  {
    await using _first = await take("worker a", 3);
    const message = /^--cores 2: 1 of this machine's 4 CPUs are free, .* held by worker a \(process \d+\)/;
    await expect(take("worker b", 2)).rejects.toThrow(message);
    await using _last = await take("worker c", 1);
    await expect(take("worker d")).rejects.toThrow("held by worker a");
  }
  await using all = await take("worker e");
  expect(all.cpus).toEqual([0, 1, 2, 3]);
});

test("workers of another engine have other CPUs", async () => {
  await using one = await onEngine()("worker a");
  await using other = await onEngine()("worker b");
  expect([one.cpus, other.cpus]).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ]);
});
