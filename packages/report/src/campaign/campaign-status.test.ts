import type { RateCard } from "@apex/billing";
import { type Campaign, type CampaignRun, decimal } from "@apex/core";
import { describe, expect, test } from "vitest";
import { columns } from "../visible-text.ts";
import { renderCampaignQuote } from "./campaign-quote.ts";
import { renderCampaignStatus } from "./campaign-status.ts";
import { aCampaign, aRunOf, someRuns } from "./testing.ts";
import { durationText, timeLeft } from "./time-left.ts";

const NOW = Date.parse("2026-11-21T10:35:00Z");

const running = (position: number, changes: Partial<CampaignRun> = {}) =>
  aRunOf(position, {
    state: "running",
    verdict: null,
    result: null,
    charged: null,
    startedAt: "2026-11-21T10:30:00Z",
    endedAt: null,
    worker: "host-a/4711",
    progress: "replay 7 of 12, p99 31 ms",
    ...changes,
  });
const waiting = (position: number) =>
  aRunOf(position, {
    state: "waiting",
    verdict: null,
    result: null,
    charged: null,
    startedAt: null,
    endedAt: null,
    attempts: 0,
  });

const CARD: RateCard = {
  id: "bvm-2026-11-01",
  validFromMs: 0,
  currency: "USD",
  base: {
    vcpuHour: decimal("0.0416"),
    gibHour: decimal("0.0052"),
    gpuHour: { "nvidia-h200": decimal("4.5") },
  },
  margin: decimal("0.5"),
  minimum: decimal("0.05"),
  source: "a list of prices",
};

describe("the time that is left", () => {
  const finished = [aRunOf(1), aRunOf(2), aRunOf(3)];
  const MIN = 60_000;

  test("comes from three finished runs, and from as many at a time as run now", () => {
    // Ten minutes each: 5 of the running ones are left, and 10 for each that waits.
    expect(timeLeft([...finished, running(4), waiting(5)], NOW)?.ms).toBe(15 * MIN);
    expect(timeLeft([...finished, running(4), running(5), waiting(6), waiting(7)], NOW)?.ms).toBe(15 * MIN);
  });

  test("is not told from less, nor when nothing runs", () => {
    expect(timeLeft([...finished.slice(1), running(4), waiting(5)], NOW)).toBeNull();
    expect(timeLeft([...finished, waiting(5)], NOW)).toBeNull();
    const reused = finished.map((run) => ({ ...run, isReused: true }));
    expect(timeLeft([...reused, running(4)], NOW)).toBeNull();
  });

  test("is never below nothing, nor above a run's length for a clock that is behind", () => {
    const long = running(4, { startedAt: "2026-11-21T01:00:00Z" });
    expect(timeLeft([...finished, long], NOW)?.ms).toBe(0);
    const ahead = running(4, { startedAt: "2026-11-21T12:00:00Z" });
    expect(timeLeft([...finished, ahead], NOW)?.ms).toBe(10 * MIN);
  });

  test("is said in the unit that people plan by", () => {
    expect([0, 59_400, 60_000, 3_599_999, 7_500_000, -5].map(durationText)).toEqual([
      "0 s",
      "59 s",
      "1 min",
      "1 h",
      "2 h 5 min",
      "0 s",
    ]);
  });
});

describe("the status", () => {
  const campaign = aCampaign({ state: "running", endedAt: null, reserved: decimal("2.5") });
  const status = (runs: readonly CampaignRun[], changes: Partial<Campaign> = {}, width = 100) =>
    renderCampaignStatus({ ...campaign, ...changes }, runs, { width, colour: false, nowMs: NOW });

  test("shows how far it is, what runs where, and what it costs", () => {
    const text = status([...someRuns(), aRunOf(6), running(7), waiting(8)]);
    expect(text).toMatchInlineSnapshot(`
      "November fleet (cam-5d1e): running
      ██████████████████████████████▒▒▒▒▒░░░░░ 6 of 8
      3 pass, 1 fail, 1 inconclusive, 1 dead, 1 running, 1 waiting, 1 of them known before
      Cost         $0.3050 charged of at most $12.50 quoted, $2.50 set aside for what runs now, budget
                   $20.00
      Time left    about 15 min, as 4 finished runs took 10 min each
      Deadline     2026-11-22T06:00:00Z, in 19 h 25 min

      running                  for  worker       progress
      aws_instance.web["7"]  5 min  host-a/4711  replay 7 of 12, p99 31 ms
      "
    `);
  });

  test("a bar is full when everything is over, and not before", () => {
    const many = Array.from({ length: 999 }, (_, index) => aRunOf(index));
    expect(status([...many, waiting(999)])).toContain("░ 999 of 1000");
    expect(status(many)).not.toMatch(/[░▒]/);
    expect(status([])).toContain("░ 0 of 0");
  });

  test("tells of no time left where nothing goes on", () => {
    const runs = [...someRuns(), aRunOf(6), running(7)];
    expect(status(runs)).toContain("Time left");
    expect(status(runs, { state: "paused" })).not.toContain("Time left");
  });

  test("says which attempt runs, and counts what a screen has no room for", () => {
    expect(status([running(1, { attempts: 2 })])).toContain("attempt 2: replay 7 of 12");
    expect(status([running(1, { progress: null })])).toContain("begins");
    expect(status(Array.from({ length: 30 }, (_, index) => running(index)))).toContain("… and 18 more");
  });

  test("a deadline says how long there is, or that it is over", () => {
    expect(status([], { deadline: "2026-11-21T12:00:00Z" })).toContain("in 1 h 25 min");
    expect(status([], { deadline: "2026-11-21T10:00:00Z" })).toContain("2026-11-21T10:00:00Z, over");
    expect(status([], { deadline: null })).not.toContain("Deadline");
  });

  test("stays within the terminal", () => {
    for (const width of [40, 60, 90, 160]) {
      for (const line of status([...someRuns(), running(7)], {}, width).split("\n"))
        expect(columns(line)).toBeLessThanOrEqual(width);
    }
  });
});

describe("the quote", () => {
  const quote = (changes: Partial<Campaign> = {}, width = 110) =>
    renderCampaignQuote(aCampaign({ state: "draft", ...changes }), someRuns(), CARD, {
      width,
      colour: false,
    });

  test("says the most that it can cost, by which rates, run by run, and what is left out", () => {
    expect(quote()).toMatchInlineSnapshot(`
      "At most $12.50 for 4 runs of November fleet (cam-5d1e).

      Budget       $20.00
      Deadline     2026-11-22T06:00:00Z
      Rates        bvm-2026-11-01: $0.0624 per vCPU-hour used, $0.0078 per GiB-hour set aside, $6.75 per hour of a
                   GPU nvidia-h200; that is the base cost plus 50 %, by the second
      Minimum      $0.05 a run
      Free         what fails by our fault, and verdicts that our machine is to blame for
      Known        1 run with a verdict already: neither done nor charged again

      target                 change                   saving a month       at most
      aws_instance.web["1"]  m5.2xlarge → m6i.xlarge         $140.16         $2.50
      aws_instance.web["2"]  m5.2xlarge → m6i.xlarge          $90.00         $2.50
      aws_instance.web["3"]  m5.2xlarge → m6i.xlarge          $12.50         $2.50
      aws_instance.web["4"]  m5.2xlarge → m6i.xlarge           $7.00         $2.50
      aws_instance.web["5"]  m5.2xlarge → m6i.xlarge          $60.00  known before

      Left out (1)
        aws_instance.batch: No recorded workload is mapped to it (Map one with --workload)
      "
    `);
  });

  test("shows the span of many GPUs' prices, by its ends", () => {
    const gpuHour = {
      "nvidia-h200": decimal("4.5"),
      "nvidia-t4": decimal("0.3"),
      "nvidia-l4": decimal("0.6"),
    };
    const card = { ...CARD, base: { ...CARD.base, gpuHour } };
    const text = renderCampaignQuote(aCampaign(), someRuns(), card, { width: 160, colour: false });
    expect(text).toContain("$0.45 (nvidia-t4) to $6.75 (nvidia-h200) per hour of a GPU");
  });

  test("says when the budget is below it", () => {
    expect(quote({ budget: decimal("3") })).toContain("$3.00: below the quote");
    expect(quote({ budget: null })).toContain("the quote: it cannot cost more");
  });

  test("is refused with the rates of another card", () => {
    expect(() => quote({ rateCard: "bvm-2026-12-01" })).toThrow("priced by bvm-2026-12-01");
  });

  test("stays within the terminal", () => {
    for (const width of [40, 60, 90, 160]) {
      for (const line of quote({}, width).split("\n")) expect(columns(line)).toBeLessThanOrEqual(width);
    }
  });
});
