import { readFileSync } from "node:fs";
import type { RunMeasurement, Validation } from "@apex/core";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfm } from "micromark-extension-gfm";
import { describe, expect, test } from "vitest";
import { columns } from "../visible-text.ts";
import { runTable } from "./figure-tables.ts";
import { renderValidationHtml } from "./render-validation-html.ts";
import { renderValidationJson } from "./render-validation-json.ts";
import { renderValidationMarkdown } from "./render-validation-markdown.ts";
import { renderValidationTable } from "./render-validation-table.ts";
import { aComparison, aDistribution, aFailedValidation, aRun, aValidation, judgedBy } from "./testing.ts";
import { validationJsonSchema } from "./validation-schema.ts";

const VERSION = { apexVersion: "0.1.0" };
const table = (validation: Validation, width = 110) =>
  renderValidationTable(validation, { width, colour: false });
const markdown = (validation: Validation, hasFilesBeside = true) =>
  renderValidationMarkdown(validation, { ...VERSION, hasFilesBeside });

/** Nothing could be compared: no run was faithful, nothing was read. */
const NOTHING = aValidation({
  runs: [aRun("baseline", 1, { unfit: ["steal", "sender-late"] })],
  calibration: null,
  reading: null,
  limits: [],
  verdict: {
    ...aValidation().verdict,
    kind: "inconclusive",
    reasons: [
      { code: "host-noise", kind: "inconclusive", summary: "Other guests took 12 % of the processor." },
    ],
    comparisons: [],
    runs: { baseline: 0, candidate: 0, unfit: 1 },
    headroom: [],
    headroomFactor: null,
  },
});

describe("the table", () => {
  test("says the verdict first, then what decided it, then the figures", () => {
    expect(table(aValidation())).toMatchInlineSnapshot(`
      "Pass: aws_instance.web["web-1"] carries the recorded load on m6i.xlarge × 1.
        · Every objective holds in 5 faithful runs of each side.
        · It still holds at 1.25 times the recorded load.

      Change       m5.2xlarge × 1 → m6i.xlarge × 1
      Scale        1/8 of a machine, on both sides
      Baseline     1 of 1 machine as 1 core and 4 GiB
      Candidate    1 of 1 machine as 0.5 cores and 2 GiB
      Workload     33,906 requests from 2026-10-14T17:15:00Z to 2026-10-14T17:25:00Z, 56.5 a second; 400 of them in
                   6 s each run
      Files        web-1-peak.log.gz
      Host         2 CPUs (Intel Xeon), engine 20.10.24; image apex/twin:1

                   baseline  candidate  ratio               bound                      outcome
      latency p50   44.1 ms    45.0 ms  × 1.02 (0.99–1.05)                             not judged
      latency p90     64 ms      78 ms  × 1.22 (1.15–1.29)                             not judged
      latency p95     71 ms      92 ms  × 1.51 (1.42–1.6)   ≤ 186 ms, 1.25 × recorded  holds
      latency p99   91.4 ms     138 ms  × 1.51 (1.42–1.6)   ≤ 310 ms, 1.25 × recorded  holds
      failed            0 %        0 %                      ≤ 0.1 %, baseline + 0.1 %  holds
      CPU            35.2 %     61.1 %                      ≤ 95 %, limit              holds

      Runs         5 of the baseline, 5 of the candidate; 1 left out (something else used the host); intervals at
                   95 %
      Headroom     × 1.25 holds (p99 201 ms, CPU 76 %); × 1.5 does not hold (p99 1,210 ms, CPU 93 %)
      Calibration  CPU 35.7 % where 35 % was recorded, 2.06 % off; a request takes 49.6 ms of one vCPU
      Used         0.0125 CPU-hours, 0.0667 GiB-hours reserved, 17.5 MiB over the network, 0 MiB of block I/O

      What the sandbox does not show (2)
        Network and disk credits of the machines are not emulated.
        The twin's processor is this host's, not the machine's.

      Assumptions (2)
        One core of the host stands for eight vCPUs.
        CPU time of a request by the utilisation law: 35.0 % of 8 vCPUs at 56.5 requests a second.
      "
    `);
  });

  test("stays within the terminal, whatever its width", () => {
    for (const validation of [aValidation(), aFailedValidation(), NOTHING]) {
      for (const width of [40, 60, 83, 110, 160]) {
        for (const line of table(validation, width).split("\n"))
          expect(columns(line)).toBeLessThanOrEqual(width);
      }
    }
  });

  test("says what is unknown, and compares nothing that was not measured", () => {
    const text = table(NOTHING, 160);
    expect(text).toContain("could not be told");
    expect(text).toContain("1 left out (other guests took the processor, the sender was late)");
    expect(text).toContain("unknown: the run's counters could not be read");
    expect(text).not.toContain("NaN");
    for (const absent of ["Calibration", "intervals", "Headroom"]) expect(text).not.toContain(absent);
  });

  test("never prints a violated bound like the value that violates it", () => {
    const verdict = {
      ...aValidation().verdict,
      comparisons: [
        aComparison({ candidate: 250.3, bound: { value: 250, origin: "SLO" }, outcome: "violated" }),
      ],
    };
    expect(table(aValidation({ verdict }))).toMatch(/250\.3 ms .*≤ 250(\.0)? ms, SLO/);
  });

  test("shows the peak as a figure of its own", () => {
    const peak: NonNullable<Validation["verdict"]["peak"]> = {
      startedAt: "2026-10-14T17:18:40Z",
      seconds: 6,
      rate: 101.7,
      factor: 1.8,
      outcome: "not-held",
      troubles: ["in-flight requests grew from 4 to 90", "p99 was 420 ms (310 ms allowed)"],
      p99Ms: 420,
      cpuShare: 0.93,
      errorShare: 0,
    };
    const at = (changes: Partial<typeof peak>) =>
      aValidation({ verdict: { ...aValidation().verdict, peak: { ...peak, ...changes } } });
    const line = (changes: Partial<typeof peak>) =>
      /Peak +(.*?)\n[A-Z]/s.exec(table(at(changes)))?.[1]?.replaceAll(/\s+/g, " ");
    const when = "6 s from 2026-10-14T17:18:40Z at 102 requests a second, × 1.8 of the mean";
    expect(line({})).toBe(
      `${when}: not held, in one replay (p99 420 ms, CPU 93 %, failed 0 %): in-flight requests grew from 4 to 90, p99 was 420 ms (310 ms allowed)`,
    );
    const none = { troubles: [], p99Ms: null, cpuShare: null, errorShare: null };
    expect(line({ ...none, outcome: "covered" })).toBe(`${when}: the replays send as much`);
    expect(line({ ...none, outcome: "not-measured" })).toBe(`${when}: not measured`);
    expect(markdown(at({})).markdown).toContain("- Peak: 6 s from");
    expect(JSON.parse(renderValidationJson(at({}), VERSION))).toMatchObject({ peak });
    expect(table(aValidation())).not.toContain("Peak");
  });

  test("says what an image answered, beside the log", () => {
    const runs = aValidation().runs.map((run) => ({
      ...run,
      statuses: run.side === "baseline" ? { "200": 398, "404": 2 } : { "200": 200, "401": 200 },
    }));
    const workload = { ...aValidation().workload, answers: { "2xx": 33_906 } };
    const mixed = aValidation({ runs, workload, calibration: null });
    const text = table(mixed, 160).replaceAll(/\s+/g, " ");
    expect(text).toContain(
      "Answers 1,990 2xx (99.5 %), 10 4xx (0.5 %) of the baseline; 1,000 2xx (50 %), 1,000 4xx (50 %) of the candidate; 33,906 2xx (100 %) in the log",
    );
    expect(markdown(mixed).markdown).toContain("- Answers: 1,990 2xx (99.5 %)");
    expect(JSON.parse(renderValidationJson(mixed, VERSION))).toMatchObject({
      baseline: { answers: { "2xx": 1_990, "4xx": 10 } },
      candidate: { answers: { "2xx": 1_000, "4xx": 1_000 } },
      workload: { answers: { "2xx": 33_906 } },
    });
    expect(table(aValidation({ runs }))).not.toContain("Answers");
  });

  test("colours the outcome only when asked", () => {
    const coloured = renderValidationTable(aFailedValidation(), { width: 110, colour: true });
    expect(coloured).toContain("\u001b[31mviolated\u001b[39m");
    expect(table(aFailedValidation())).not.toContain("\u001b");
  });
});

describe("the JSON", () => {
  test("has verdict, reasons, scale, both sides' figures and readings at the top", () => {
    const json = JSON.parse(renderValidationJson(aValidation(), VERSION)) as Record<string, unknown>;
    expect(json).toMatchObject({
      schema: "apex.validation/v1",
      verdict: "pass",
      scale: 0.125,
      baseline: { service: { machineType: "m5.2xlarge" }, runs: 5, requests: 2_000, cpuShare: 0.352 },
      candidate: { service: { machineType: "m6i.xlarge" }, runs: 5, cpuShare: 0.611 },
      readings: { cpuNs: "45000000000", cpuHours: 0.0125, memoryReservedByteMs: "257698037760000" },
    });
    expect(json["reasons"]).toHaveLength(2);
  });

  test("keeps counters that a double cannot", () => {
    const reading = aValidation().reading;
    const text = renderValidationJson(
      aValidation({ reading: reading === null ? null : { ...reading, cpuNs: 9_007_199_254_740_993n } }),
      VERSION,
    );
    expect(text).toContain('"cpuNs": "9007199254740993"');
  });

  test("counts only faithful runs at the recorded load", () => {
    const runs = [aRun("candidate", 1, { cpuShare: 0.5 }), aRun("candidate", 2, { cpuShare: 0.7 })];
    const others = [
      aRun("candidate", 3, { cpuShare: 9, unfit: ["steal"] }),
      aRun("candidate", 4, { cpuShare: 9, loadFactor: 1.5 }),
    ];
    const json = JSON.parse(renderValidationJson(aValidation({ runs: [...runs, ...others] }), VERSION)) as {
      candidate: { runs: number; cpuShare: number };
      baseline: { runs: number; p99Ms: number | null };
    };
    expect(json.candidate).toMatchObject({ runs: 2, cpuShare: 0.6 });
    expect(json.baseline).toMatchObject({ runs: 0, p99Ms: null });
  });

  test("counts failures as the judge does: over all requests of the faithful runs", () => {
    const failing = (ordinal: number, errors: number) =>
      aRun("candidate", ordinal, { errors, errorShare: errors / 400 });
    const runs = [failing(1, 0), failing(2, 0), failing(3, 40), failing(4, 8)];
    const json = JSON.parse(renderValidationJson(aValidation({ runs }), VERSION)) as {
      candidate: { errorShare: number };
    };
    expect(json.candidate.errorShare).toBe(48 / 1_600);
  });

  test("counts kills and exits of replays that were left out too, but not those beyond the recorded load", () => {
    const ended = { oomKills: 1, exitedContainers: 2 };
    const runs = [
      aRun("candidate", 1),
      aRun("candidate", 2, { ...ended, unfit: ["steal"] }),
      aRun("candidate", 3, { ...ended, loadFactor: 1.5 }),
    ];
    const json = JSON.parse(renderValidationJson(aValidation({ runs }), VERSION)) as { candidate: unknown };
    expect(json.candidate).toMatchObject({ runs: 1, ...ended });
  });

  test("keeps all that the engine says of a run, its calibration and its machines", () => {
    const validation = aValidation();
    const { fit, calibration, runs } = validation;
    const service = { ...fit.candidate.service, sustainedVcpus: 0.4 };
    const whole: Validation = {
      ...validation,
      fit: { ...fit, candidate: { ...fit.candidate, service } },
      calibration: calibration === null ? null : { ...calibration, demandBias: "low" },
    };
    const json = JSON.parse(renderValidationJson(whole, VERSION)) as Validation;
    expect(json.runs).toEqual(JSON.parse(JSON.stringify(runs)));
    expect(json.calibration).toEqual(whole.calibration);
    expect(json.fit).toEqual(whole.fit);
  });

  test("is refused when a figure is none", () => {
    const validation = aValidation({ runs: [aRun("baseline", 1, { cpuShare: Number.NaN })] });
    expect(() => renderValidationJson(validation, VERSION)).toThrow(
      /breaks its schema at baseline\.cpuShare/,
    );
  });

  test("has a published schema that is current", () => {
    const committed = readFileSync(new URL("../../apex-validation-v1.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(committed)).toEqual(JSON.parse(validationJsonSchema()));
  });
});

test("a pass that rests on less than p99 says so first, in every form", () => {
  const validation = judgedBy("p90", "derived");
  const said = "on m6i.xlarge × 1, judged by p90 (too few requests for p99)";
  expect(table(validation).replaceAll(/\s+/g, " ")).toContain(`${said}.`);
  expect(markdown(validation).markdown).toContain(said);
  expect(renderValidationHtml(validation, VERSION)).toContain(`${said}.</h1>`);
  expect(table(judgedBy("p90", "user"))).not.toContain("too few requests");
  expect(table(aValidation())).not.toContain("judged by");
});

describe("every run", () => {
  const cells = (run: RunMeasurement) => {
    const { headings, rows } = runTable(aValidation({ runs: [run] }));
    return Object.fromEntries(headings.map((heading, index) => [heading, rows[0]?.[index]]));
  };

  test("is shown with the lateness by which it was judged, and with that of the service's back-pressure", () => {
    const clogged = aRun("candidate", 1, { lateness: aDistribution(1, 4_000) });
    expect(cells(clogged)).toMatchObject({ "Sender late p99": "0.285 ms", "With waits p99": "3,766 ms" });
    const { senderLateness: _, ...unknown } = clogged;
    expect(cells(unknown)["Sender late p99"]).toBe("unknown");
  });

  test("is shown with what was never sent", () => {
    expect(cells(aRun("candidate", 1))["Not sent"]).toBe("0");
    const dropped = aRun("candidate", 1, { sent: 300, dropped: 100 });
    expect(cells(dropped)["Not sent"]).toBe("100 (25 %)");
    const dead = aRun("candidate", 1, { sent: 0, errors: 400, errorShare: 1 });
    expect(cells(dead)).toMatchObject({ "Not sent": "400 (100 %)", Failed: "400 (100 %)" });
  });
});

test("a demand that can only be wrong one way says which", () => {
  const { calibration } = aValidation();
  const withBias = (demandBias: "low" | "exact" | "high") =>
    table(aValidation({ calibration: calibration && { ...calibration, demandBias } }), 160);
  expect(withBias("low")).toContain("49.6 ms of one vCPU or more\n");
  expect(withBias("high")).toContain("49.6 ms of one vCPU or less\n");
  expect(withBias("exact")).toBe(table(aValidation(), 160));
});

describe("the comment", () => {
  test("is the expected Markdown", async () => {
    await expect(markdown(aFailedValidation()).markdown).toMatchFileSnapshot(
      "../../golden/validation-comment.txt",
    );
  });

  test("shows the drawings only where they lie beside it", () => {
    const { files, markdown: text } = markdown(aValidation());
    expect([...files.keys()]).toEqual([
      "validation-latency.svg",
      "validation-runs.svg",
      "validation-time.svg",
    ]);
    for (const name of files.keys()) expect(text).toContain(`](${name})`);
    expect(markdown(aValidation(), false).markdown).not.toContain(".svg");
    expect(markdown(NOTHING).files.size).toBe(0);
  });

  test("has the numbers behind the drawings as tables", () => {
    const tree = fromMarkdown(markdown(aValidation()).markdown, {
      extensions: [gfm()],
      mdastExtensions: [gfmFromMarkdown()],
    });
    const tables = tree.children.filter(({ type }) => type === "table");
    expect(tables).toHaveLength(4);
  });

  test("is cut to what GitHub takes", () => {
    const runs = Array.from({ length: 2_000 }, (_, index) => aRun("candidate", index + 1));
    const text = markdown(aValidation({ runs })).markdown;
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toContain("runs cut to fit");
  });
});

test("the page is whole in itself", () => {
  const html = renderValidationHtml(aValidation(), VERSION);
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|url\(/);
  expect(html.match(/<svg /g)).toHaveLength(3);
});
