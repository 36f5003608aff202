import { anOutcome } from "@apex/report/testing";
import { expect, test } from "vitest";
import { repairNotes } from "./repair-notes.ts";
import type { PatchOutcome } from "./verify-patches.ts";

const PATCH: Extract<PatchOutcome, { kind: "planned" }>["patch"] = {
  kind: "edits",
  textEdits: [],
  edits: [],
  trace: [],
  skipped: [],
  addresses: ["aws_instance.web"],
};
const repairs = [{ by: "misspelt-argument", sentence: "instance_typ is instance_type", files: ["main.tf"] }];

function recommended(id: string, address: string) {
  return anOutcome({ id, address }).recommendation;
}

test("a change that planned only when it was repaired says so by its resource, others say nothing", () => {
  const outcomes = new Map<string, PatchOutcome>([
    ["a", { kind: "planned", patch: PATCH, repairs }],
    ["b", { kind: "planned", patch: PATCH }],
    ["c", { kind: "not-applicable", reason: "it conflicts with another change" }],
  ]);
  const all = [
    recommended("a", "aws_instance.web"),
    recommended("b", "aws_instance.api"),
    recommended("c", "aws_instance.db"),
    recommended("d", "aws_instance.batch"),
  ];
  expect(repairNotes(undefined, all, outcomes)).toEqual([
    "The change to aws_instance.web did not plan as it was written and was repaired (misspelt-argument): instance_typ is instance_type",
  ]);
});

test("repairs of the user's own files come first, with where they are", () => {
  const [first, second] = repairNotes({ texts: new Map(), repairs }, [], new Map());
  expect(first).toContain("repair.diff comes before patch.diff");
  expect(second).toBe("Repaired (misspelt-argument): instance_typ is instance_type");
});
