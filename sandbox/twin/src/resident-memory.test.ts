import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { holdMemory } from "./resident-memory.ts";

const PAGE_BYTES = 4096;

test("all of it is there, touched, off the heap", async () => {
  const bytes = 96 * 2 ** 20 + 12_345;
  const before = process.memoryUsage();
  const chunks = await holdMemory(bytes);
  const after = process.memoryUsage();
  expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(bytes);
  expect(after.rss - before.rss).toBeGreaterThan(0.9 * bytes);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(0.1 * bytes);
});

test("no page can be compressed or merged with another", async () => {
  const pages = (await holdMemory(4 * 2 ** 20)).flatMap((chunk) =>
    Array.from({ length: chunk.length / PAGE_BYTES }, (_, i) =>
      Buffer.from(chunk.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES)),
    ),
  );
  expect(new Set(pages.map((page) => page.toString("latin1"))).size).toBe(1024);
  for (const page of pages.slice(0, 20)) expect(gzipSync(page).length).toBeGreaterThan(0.95 * PAGE_BYTES);
});

test("nothing asked, nothing held", async () => {
  expect(await holdMemory(0)).toEqual([]);
});
