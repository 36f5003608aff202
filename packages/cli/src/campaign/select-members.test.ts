import { decimal } from "@apex/core";
import type { Report } from "@apex/report";
import { expect, test } from "vitest";
import { type MemberFilter, selectMembers, unusedEntries } from "./select-members.ts";
import type { WorkloadEntry } from "./workload-mapping.ts";

type Recommendation = Report["recommendations"][number];

const ALL: MemberFilter = { rule: [], address: [] };

function recommended(changes: Partial<Recommendation> = {}): Recommendation {
  return {
    id: "r1",
    rule: "ec2-resize",
    address: 'aws_instance.web["a"]',
    resourceId: "i-1",
    resourceType: "aws_instance",
    action: "resize",
    from: "m5.xlarge",
    to: "m5.large",
    summary: "It is larger than needed.",
    monthlySavings: { list: decimal("70"), net: null, currency: "USD", realised: "on-merge" },
    risk: 1,
    confidence: 0.8,
    effort: "low",
    restartRequired: true,
    rollback: "",
    evidence: {
      windowStart: "",
      windowEnd: "",
      lookBackDays: 14,
      coverage: 1,
      dimensions: [],
      confidenceFactors: {},
      alternatives: [],
      notes: [],
    },
    unknowns: [],
    edits: [{ file: "main.tf", line: 1, before: "a", after: "b" }],
    status: "planned",
    ...changes,
  };
}

function entry(address: string): WorkloadEntry {
  return { address, files: ["a.log"], busiest: 60, port: 8080, env: {} };
}

const ENTRIES = [entry('aws_instance.web["*"]')];

/** Addresses of the members, and what is said of the others. */
function selected(recommendations: readonly Recommendation[], filter = ALL) {
  const { members, diagnostics } = selectMembers(recommendations, ENTRIES, filter);
  return {
    targets: members.map(({ target }) => target),
    said: diagnostics.map(({ summary }) => summary),
  };
}

test("a written change of a service with a workload is a member", () => {
  expect(selected([recommended(), recommended({ status: "applied", action: "set-capacity" })])).toEqual({
    targets: ['aws_instance.web["a"]', 'aws_instance.web["a"]'],
    said: [],
  });
});

test.each([
  [{ address: null }, "it is not in the Terraform state"],
  [{ status: "not-applicable", reason: "it is ignored" }, "could not be written (it is ignored)"],
  [{ edits: [] }, "the report keeps no edit of it"],
  [{ resourceType: "aws_db_instance" }, "no load can be replayed against aws_db_instance"],
  [{ action: "stop" }, "it stops or removes the machine"],
  [{ action: "change-volume-type" }, "disks are not replayed against"],
  [{ address: "aws_instance.api" }, "no workload is mapped to it"],
] as const)("what is not a member is left out with the reason: %j", (changes, why) => {
  const { targets, said } = selected([recommended(changes)]);
  expect(targets).toEqual([]);
  expect(said).toEqual([expect.stringContaining(why)]);
});

test("what the filter does not name is not spoken of", () => {
  const all = [
    recommended(),
    recommended({ rule: "ec2-generation" }),
    recommended({ address: "aws_instance.api" }),
    recommended({ monthlySavings: { ...recommended().monthlySavings, list: decimal("9.99") } }),
  ];
  const filter = { rule: ["ec2-resize"], address: ["aws_instance.web*"], minSaving: decimal("10") };
  expect(selected(all, filter)).toEqual({ targets: ['aws_instance.web["a"]'], said: [] });
});

test("an entry that no member uses is told of: its address may be mistyped", () => {
  const { members } = selectMembers([recommended()], ENTRIES, ALL);
  expect(unusedEntries([...ENTRIES, entry("aws_instance.wbe")], members)).toEqual([
    expect.objectContaining({ code: "workload-not-used", address: "aws_instance.wbe" }),
  ]);
});
