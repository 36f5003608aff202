import type { DimensionEvidence } from "@apex/core";
import { describe, expect, test } from "vitest";
import { evidenceDetails, evidenceText, headroomText } from "./evidence-text.ts";
import type { ReportedRecommendation } from "./report.ts";
import { anOutcome, aReport } from "./testing.ts";

const cpu = aReport().recommendations[0]!.evidence.dimensions[0]!;

function having(
  dimensions: readonly Partial<DimensionEvidence>[],
  evidence: Partial<ReportedRecommendation["evidence"]> = {},
): ReportedRecommendation {
  const row = aReport({ outcomes: [anOutcome({ confidence: 0.9 })] }).recommendations[0]!;
  const all = dimensions.map((dimension) => ({ ...cpu, ...dimension }));
  return { ...row, evidence: { ...row.evidence, coverage: 1, ...evidence, dimensions: all } };
}

describe("the evidence in a few words", () => {
  test("is the dimension that leaves the least room", () => {
    const row = having([
      { need: 1 },
      { dimension: "memory", unit: "GiB", need: 7.5, capacityNow: 16, capacityAfter: 8 },
      { need: 2 },
    ]);
    expect(evidenceText(row)).toBe("memory 7.5 of 8 GiB needed (P99.5); 14 days, confidence 90 %");
  });

  test("shows what is full and stays as full, without the headroom that nobody has today either", () => {
    const gpu = {
      dimension: "gpu-compute",
      unit: "%",
      demand: 95,
      need: 118.75,
      capacityNow: 100,
      capacityAfter: 100,
    } as const;
    expect(evidenceText(having([cpu, gpu]))).toMatch(/^gpu-compute 95 of 100 %, as today \(P99\.5\);/);
  });

  test("prefers what changes to what stays with room to spare", () => {
    const row = having([{ dimension: "memory", need: 7, capacityNow: 8, capacityAfter: 8 }, { need: 1 }]);
    expect(evidenceText(row)).toMatch(/^cpu 1 of 4 vCPU needed/);
  });

  test("never prints a need like a capacity that differs from it", () => {
    expect(evidenceText(having([{ need: 2.5, capacityAfter: 2.5049 }]))).toMatch(/^cpu 2\.5 of 2\.505 vCPU/);
    expect(evidenceText(having([{ need: 4, capacityAfter: 4 }]))).toMatch(/^cpu 4 of 4 vCPU/);
  });

  test("says bytes as people do, and a unit that is the dimension's name once", () => {
    const idle = { capacityAfter: null, percentile: "busiest day" };
    expect(
      evidenceText(having([{ ...idle, dimension: "network", demand: 1_579_830, unit: "bytes a day" }])),
    ).toMatch(/^network 1\.58 MB a day \(busiest day\)/);
    expect(
      evidenceText(having([{ ...idle, dimension: "network", demand: 12, unit: "bytes a day" }])),
    ).toMatch(/^network 12 bytes a day/);
    expect(
      evidenceText(having([{ ...idle, dimension: "connections", demand: 0, unit: "connections" }])),
    ).toMatch(/^connections 0 \(busiest day\)/);
    expect(
      evidenceText(having([{ dimension: "memory", need: 2 ** 30, capacityAfter: 2 ** 31, unit: "bytes" }])),
    ).toMatch(/^memory 1 of 2 GiB needed/);
  });

  test("claims no samples where nothing was measured", () => {
    const row = having([], { notes: ["Nothing refers to it, and it has no metrics", "Second"] });
    expect(evidenceText(row)).toBe("Nothing refers to it; confidence 90 %");
    expect(evidenceText(having([], { notes: [] }))).toBe("confidence 90 %");
  });

  test("tells how many samples were there only when some were not", () => {
    expect(evidenceText(having([cpu], { coverage: 0.9999 }))).toContain(
      "14 days, 99 % of the samples, confidence",
    );
    expect(evidenceText(having([cpu]))).not.toContain("samples");
  });

  test.each([0, Number.NaN, Number.POSITIVE_INFINITY, -1])("survives a capacity of %d", (capacityAfter) => {
    expect(evidenceText(having([{ need: 0, capacityAfter }, { need: 1 }]))).toMatch(/confidence 90 %$/);
  });
});

test("the details have every dimension and every note", () => {
  const row = having([cpu, { dimension: "memory", percentile: "maximum, of the day" }], {
    notes: ["A note"],
  });
  expect(evidenceDetails(row)).toBe(
    "cpu 1.88 of 4 vCPU needed (P99.5); memory 1.88 of 4 vCPU needed (maximum, of the day). A note",
  );
});

test("details without a dimension are the notes", () => {
  expect(evidenceDetails(having([], { notes: ["One", "Two"] }))).toBe("One. Two");
  expect(evidenceDetails(having([], { notes: [] }))).toBe("");
});

test("the headroom is a figure or a span, and nothing where nothing is compared", () => {
  expect(headroomText([having([cpu])])).toBe("20 % headroom");
  expect(headroomText([having([cpu, { headroom: 0.07 }])])).toBe("7 to 20 % headroom");
  expect(headroomText([having([{ capacityAfter: null }])])).toBe("");
});
