import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { digestOf, sha256 } from "./digest.ts";

test("SHA-256 is that of node:crypto, for all lengths around a block and for every width of UTF-8", () => {
  const texts = [
    "äß€😀",
    "x".repeat(1000),
    ...Array.from({ length: 130 }, (_, length) => "a".repeat(length)),
  ];
  for (const text of texts) {
    expect(sha256(text)).toBe(createHash("sha256").update(text, "utf8").digest("hex"));
  }
});

test("digests do not depend on the order of keys, and do on everything else", () => {
  expect(digestOf({ a: 1, b: [1, 2] })).toBe(digestOf({ b: [1, 2], a: 1 }));
  expect(digestOf({ a: 1, b: [1, 2] })).not.toBe(digestOf({ a: 1, b: [2, 1] }));
  expect(digestOf({ a: "1" })).not.toBe(digestOf({ a: 1 }));
});
