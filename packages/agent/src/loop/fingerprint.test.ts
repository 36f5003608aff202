import type { TerraformDiagnostic } from "@apex/core";
import { describe, expect, it } from "vitest";
import type { Problem } from "../diagnostics/problem.ts";
import { editedPlaces, fingerprints, isExchange, isProgress } from "./fingerprint.ts";

function problem(name: string, start: number, changes: Partial<Problem> = {}): Problem {
  const diagnostic: TerraformDiagnostic = {
    severity: "error",
    summary: "Unsupported block type",
    detail: `Blocks of type "${name}" are not expected here. Did you mean "x${start}"?`,
  };
  const place = { file: "main.tf", start, end: start + name.length };
  return { class: "unsupported-block", diagnostic, names: { name }, place, address: "a.b", ...changes };
}

describe("fingerprints", () => {
  it("are the same wherever a problem stands and whatever Terraform suggests", () => {
    expect(fingerprints([problem("bootDisk", 10)])).toEqual(fingerprints([problem("bootDisk", 90)]));
  });

  it("tell two of the same from one", () => {
    const [first, second] = fingerprints([problem("bootDisk", 10), problem("bootDisk", 90)]);
    expect(first).not.toBe(second);
  });
});

describe("a change", () => {
  const before = [problem("bootDisk", 10), problem("networkInterface", 90)];
  const places = editedPlaces([
    { file: "main.tf", start: 90, end: 106, text: "network_interface" },
    { file: "main.tf", start: 10, end: 18, text: "boot_disk" },
  ]);

  it("is followed to where it stands in the text that it made", () => {
    expect(places).toEqual([
      { file: "main.tf", start: 10, end: 19 },
      { file: "main.tf", start: 91, end: 108 },
    ]);
  });

  it("is progress when what it reveals stands elsewhere", () => {
    const after = [problem("initializeParams", 26)];
    expect(isProgress(before, after, places)).toBe(true);
    expect(isExchange(before, after, places)).toBe(false);
  });

  it("is none when the problem only turned into another one where it was made", () => {
    const after = [problem("bootDsk", 10), problem("netwrkInterface", 91)];
    expect(isProgress(before, after, places)).toBe(false);
    expect(isExchange(before, after, places)).toBe(true);
  });

  it("is both when one was mended and the other only turned", () => {
    const after = [problem("netwrkInterface", 91)];
    expect(isProgress(before, after, places)).toBe(true);
    expect(isExchange(before, after, places)).toBe(true);
  });

  it("is progress when a mended problem shows one of another class in its place", () => {
    const after = [problem("boot_disk", 10, { class: "too-many-blocks" })];
    expect(isProgress(before, after, places)).toBe(true);
  });

  it("is none when nothing is gone", () => {
    expect(isProgress(before, [...before, problem("x", 200)], places)).toBe(false);
  });
});
