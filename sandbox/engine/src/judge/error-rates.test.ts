import { expect, test } from "vitest";
import { simulateVerdict, tallyVerdicts } from "./testing/error-rates.ts";

/** Each a whole validation of 5 + 5 simulated replays or more; scripts/measure-error-rates.ts does it at length. */
const REPLAYS = { serviceMs: 10, requests: 2_000, driftShare: 0.03 };

test("of 400 pairs of equal services on a host that drifts by 3 % at most 5 % fail", () => {
  const service = { slots: 4, utilisation: 0.7 };
  const tally = tallyVerdicts(400, { baseline: service, candidate: service }, REPLAYS);
  expect(tally.fail).toBeLessThanOrEqual(20);
  expect(tally.pass).toBeGreaterThan(200);
});

test("a host that gets slower all the time is not blamed on the candidate", () => {
  const service = { slots: 4, utilisation: 0.6 };
  const tally = tallyVerdicts(60, { baseline: service, candidate: service }, { ...REPLAYS, trendShare: 0.2 });
  expect(tally.fail).toBeLessThanOrEqual(3);
});

test.each([0.5, 0.6, 0.7, 0.8, 0.9])(
  "a candidate with %f of the needed CPU fails for not holding the load",
  (share) => {
    const services = {
      baseline: { slots: 4, utilisation: 0.35 },
      candidate: { slots: 2, utilisation: 1 / share },
    };
    for (let seed = 1; seed <= 10; seed += 1) {
      const verdict = simulateVerdict(seed, services, REPLAYS);
      expect([verdict.kind, verdict.reasons[0]?.code]).toEqual(["fail", "does-not-hold-the-load"]);
    }
  },
);

test("a right downsize passes", () => {
  const services = {
    baseline: { slots: 8, utilisation: 0.2 },
    candidate: { slots: 4, utilisation: 0.4 },
  };
  const tally = tallyVerdicts(40, services, REPLAYS);
  expect(tally.fail).toBe(0);
  expect(tally.pass).toBeGreaterThan(35);
});
