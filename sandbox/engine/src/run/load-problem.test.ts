import { expect, test } from "vitest";
import { loadProblem } from "./load-problem.ts";
import { unevenWorkload } from "./testing/build-request.ts";

const asked = { minutes: 5, isCalibrated: true };
/** Fewer than one request in two seconds. */
const SPARSE = unevenWorkload(120, (second) => (second % 3 === 0 ? 1 : 0));

test("a load that can be compared has no problem", () => {
  expect(
    loadProblem(
      asked,
      unevenWorkload(120, () => 100),
    ),
  ).toBeUndefined();
});

test("too little time is told with what is enough", () => {
  const { what, next } =
    loadProblem(
      { ...asked, minutes: 0.5 },
      unevenWorkload(120, () => 100),
    ) ?? {};
  const minutes = /at least (\S+) are needed$/.exec(what ?? "")?.[1];
  expect(what).toMatch(/^0.5 minutes are too short to compare five replays of each side/);
  expect(next).toBe(`Give at least ${minutes} minutes.`);
});

test("too few requests are told, unless each stands for several; a scale makes them fewer of an image only", () => {
  expect(loadProblem(asked, SPARSE)?.what).toMatch(
    /^a replay of \S+ s would hold \d+ requests, too few to compare$/,
  );
  expect(loadProblem({ ...asked, arrivalFactor: 10 }, SPARSE)).toBeUndefined();
  const scaled = { ...asked, arrivalFactor: 10, scale: 0.1 };
  expect(loadProblem(scaled, SPARSE)).toBeUndefined();
  expect(loadProblem({ ...scaled, isCalibrated: false }, SPARSE)?.what).toContain("requests at this scale");
});
