import { describe, expect, it } from "vitest";
import { promised, triage } from "./triage.ts";

describe("triage", () => {
  it.each([
    [{ hasSamples: true, hasBills: true }, "full", []],
    [{ hasSamples: true, hasBills: false }, "partial", ["triage-no-bills"]],
    [{ hasSamples: false, hasBills: true }, "data-gathering", ["triage-no-samples"]],
    [{ hasSamples: false, hasBills: false }, "data-gathering", ["triage-no-samples", "triage-no-bills"]],
  ] as const)("of %j chooses the %s path and says what is missing", (known, path, codes) => {
    const found = triage(known);
    expect(found.path).toBe(path);
    expect(found.advice.map(({ code }) => code)).toEqual(codes);
    expect(found.advice.every(({ detail }) => detail?.includes("apex collect") === true)).toBe(true);
  });

  it("takes a collection for everything until it is opened", () => {
    expect(promised({ metricFiles: [], costFiles: [], collection: "/c" })).toEqual({
      hasSamples: true,
      hasBills: true,
    });
    expect(promised({ metricFiles: [], costFiles: ["b"] })).toEqual({ hasSamples: false, hasBills: true });
  });
});
