import { readFileSync } from "node:fs";
import { decimal } from "@apex/core";
import { describe, expect, test } from "vitest";
import { aValidation } from "../validation/testing.ts";
import { reportedValidation } from "../validation/reported-validation.ts";
import type { EstimateReport } from "./estimate-report.ts";
import { estimateJsonSchema, parseEstimate, renderEstimateJson } from "./estimate-schema.ts";
import { anEstimateOf, project, resource } from "./testing.ts";

test("the published schema is current", () => {
  const committed = readFileSync(new URL("../../apex-estimate-v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(committed)).toEqual(JSON.parse(estimateJsonSchema()));
});

test("what is written is read back whole, and written again in the same bytes", () => {
  const report: EstimateReport = anEstimateOf({
    projects: [
      project([resource("a.b", { before: "1", after: null }), resource("a.c", { after: "3" })]),
      project(null, {
        directory: "envs/test",
        varFiles: ["envs/test.tfvars"],
        problems: [{ severity: "error", summary: "Unsupported argument", file: "main.tf", line: 12 }],
      }),
    ],
    missed: [
      {
        address: "a.b",
        directory: "envs/prod",
        change: "x → y",
        summary: "s",
        monthlySavings: decimal("1.5"),
        currency: "USD",
      },
    ],
    validation: [reportedValidation(aValidation())],
  });
  const json = renderEstimateJson(report);
  expect(parseEstimate(json)).toEqual({ kind: "parsed", report });
  expect(renderEstimateJson(JSON.parse(json) as EstimateReport)).toBe(json);
});

describe("what somebody else uploaded is refused with where it is wrong, in none of its own words", () => {
  const written = JSON.parse(renderEstimateJson(anEstimateOf())) as Record<string, unknown>;
  const with_ = (changes: object) => JSON.stringify({ ...written, ...changes });
  test.each([
    ["not JSON", "@everyone", "it is not JSON"],
    ["nothing", "", "it is not JSON"],
    ["a list", "[]", "it is no apex.estimate/v1"],
    ["another format", with_({ schema: "apex.report/v1" }), "it is no apex.estimate/v1 at schema"],
    [
      "a commit that is a path",
      with_({ commits: { base: "../..", head: "1234567" } }),
      "it is no apex.estimate/v1 at commits.base",
    ],
    [
      "a float for money",
      with_({ missed: [{ monthlySavings: 1.5 }] }),
      "it is no apex.estimate/v1 at missed.0.address",
    ],
    [
      "an amount of a million digits",
      with_({ projects: [project([])] }).replace('"before":"0"', `"before":"${"9".repeat(1_000_000)}"`),
      "it is no apex.estimate/v1 at projects.0.difference.before",
    ],
    ["a negative count", with_({ untouched: -1 }), "it is no apex.estimate/v1 at untouched"],
    ["no project", with_({ projects: [null] }), "it is no apex.estimate/v1 at projects.0"],
  ])("%s", (_name, json, reason) => {
    expect(parseEstimate(json)).toEqual({ kind: "refused", reason });
  });

  test("a text that is too long is not even parsed", () => {
    const started = performance.now();
    const outcome = parseEstimate(`[${"[".repeat(34_000_000)}`);
    expect(outcome).toEqual({ kind: "refused", reason: "it is longer than 33554432 characters" });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("keys that it need not have are left behind", () => {
    const outcome = parseEstimate(with_({ __proto__: { x: 1 }, evil: "<script>" }));
    expect(outcome).toEqual({ kind: "parsed", report: anEstimateOf() });
  });
});
