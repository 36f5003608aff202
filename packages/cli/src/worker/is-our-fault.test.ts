import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { VerdictKind } from "@apex/core";
import { expect, test } from "vitest";
import { CONSEQUENCES, isOurFault, OURS } from "./is-our-fault.ts";

function verdict(kind: VerdictKind, ...codes: readonly string[]) {
  const reasons = codes.map((code) => {
    const [name = "", of = kind] = code.split("=");
    return { code: name, kind: of as VerdictKind, summary: "" };
  });
  return { kind, reasons };
}

test.each([
  [verdict("inconclusive", "unfit-replays", "too-few-replays"), true],
  [verdict("inconclusive", "host-noise", "latency-p99", "cpu-share=pass"), true],
  // What the customer's own inputs left open.
  [verdict("inconclusive", "latency-p99"), false],
  [verdict("inconclusive", "few-requests", "unfit-replays"), false],
  [verdict("inconclusive", "calibration", "host-noise"), false],
  [verdict("inconclusive", "memory-not-recorded"), false],
  // A verdict is worth its price, whatever else was seen.
  [verdict("pass", "host-noise=inconclusive"), false],
  [verdict("fail", "does-not-hold-the-load", "unfit-replays=inconclusive"), false],
])("a verdict that stays open for our machine's sake alone is ours: %#", (given, expected) => {
  expect(isOurFault(given)).toBe(expected);
});

test("each of these codes is one that the judge gives: a renamed one would be charged in silence", () => {
  const engine = path.resolve(import.meta.dirname, "../../../../sandbox/engine/src");
  const sources = ["judge", "run"].flatMap((folder) =>
    readdirSync(path.join(engine, folder))
      .filter((name) => name.endsWith(".ts") && !name.includes(".test."))
      .map((name) => readFileSync(path.join(engine, folder, name), "utf8")),
  );
  // Those of comparisons are made of their metric's name.
  const isGiven = (code: string) =>
    sources.some((text) => text.includes(`code: "${code}"`)) ||
    sources.some((text) => text.includes(`"${code.replace("latency-", "")}"`));
  expect([...OURS, ...CONSEQUENCES].filter((code) => !isGiven(code))).toEqual([]);
  expect([...OURS].every((code) => sources.some((text) => text.includes(`code: "${code}"`)))).toBe(true);
});
