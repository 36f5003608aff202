import { describe, expect, test } from "vitest";
import { runValidation } from "./run-validation.ts";
import { buildProfile, buildRequest, buildWorkload } from "./testing/build-request.ts";
import { SimulatedSandbox } from "./testing/simulated-sandbox.ts";

const IMAGE = { kind: "image", image: "shop:1", port: 80 } as const;

/** A workload with this status in every tenth row, and `other` in the rest. */
function recorded(tenth: number, other: number) {
  const workload = buildWorkload();
  return { ...workload, statuses: workload.statuses.map((_, row) => (row % 10 === 0 ? tenth : other)) };
}

/** A validation of an image that fits its record, but for the share of requests that it has no answer to. */
async function validated(notFoundShare: (name: string) => number, workload = buildWorkload()) {
  const sandbox = new SimulatedSandbox({ imageWorkUs: 1_000, overheadUs: 0, notFoundShare });
  const request = buildRequest({ service: IMAGE, utilization: [buildProfile(2.5, 30)], workload });
  return runValidation(request, sandbox.ports);
}

describe("answers that the recorded service did not give", () => {
  test("to the baseline leave it open, say how many there were and end it after two pairs", async () => {
    const { verdict, runs, limits } = await validated(() => 0.2);
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.reasons[0]).toMatchObject({
      code: "answers-differ",
      summary:
        "20 % of the answers of the baseline were neither 2xx nor 304 (2xx 80 %, 4xx 20 %), and 0 % of those in the log were: what was measured is not the work that was recorded. Replays carry no credentials, not the original Host header and bodies of filler: let the image answer without them, or leave --image out.",
    });
    expect(runs).toHaveLength(4);
    expect(limits.join(" ")).toContain("no credentials");
  });

  test("to the candidate alone are no pass", async () => {
    const { verdict } = await validated((name) => (name.startsWith("candidate") ? 0.2 : 0));
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.reasons[0]?.summary).toMatch(/^20 % of the answers of the candidate were neither/);
  });

  test("may be five points more than in the log, whose 304 count as served", async () => {
    const log = recorded(404, 304);
    expect((await validated(() => 0.14, log)).verdict.kind).toBe("pass");
    expect((await validated(() => 0.16, log)).verdict.reasons[0]?.summary).toContain(
      "10 % of those in the log were",
    );
    expect((await validated(() => 0, log)).workload.answers).toEqual({
      "not-modified": 10_841,
      "4xx": 1_205,
    });
  });

  test("of a log without statuses are taken to be none, and that is said", async () => {
    const silent = recorded(0, 0);
    expect((await validated(() => 0.04, silent)).verdict.kind).toBe("pass");
    const { verdict, workload } = await validated(() => 0.06, silent);
    expect(verdict.reasons[0]?.summary).toContain(
      "the log does not tell its statuses, so that none are expected",
    );
    expect(workload.answers).toEqual({});
  });
});
