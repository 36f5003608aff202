import type { Resource } from "@apex/core";
import { expect, test } from "vitest";
import { EVERYTHING, everythingGroup, markKey, metricGroups, touchedBy } from "./metric-windows.ts";

const NOW = Date.UTC(2026, 10, 21, 7, 3);
const FLOORED = Date.UTC(2026, 10, 21, 7);
const DAY = 86_400_000;
const HOUR = 3_600_000;

const machine = (id: string, region = "eu-west-1", account = "1"): Resource => ({
  id,
  region,
  account,
  provider: "aws",
  type: "aws_instance",
  aliases: [],
  tags: {},
  attributes: {},
});

const marks = (...known: readonly (readonly [Resource, number])[]) =>
  new Map(known.map(([resource, until]) => [markKey(resource), until]));

const shapes = (groups: ReturnType<typeof metricGroups>) =>
  groups.map(({ window, resources }) => [window.startMs, window.endMs, resources.map(({ id }) => id)]);

test("what is new is asked for over all days, and what is known for what is newer, with what came late", () => {
  const [old, fresh] = [machine("i-old"), machine("i-new")];
  const last = FLOORED - DAY;
  const groups = metricGroups([old, fresh], marks([old, last]), NOW, 14);
  expect(shapes(groups)).toEqual([
    [FLOORED - 14 * DAY, FLOORED, ["i-new"]],
    [last - 2 * HOUR - 300_000, FLOORED, ["i-old"]],
  ]);
});

test("what is measured up to now is not asked for again, and what is far behind for no more than all days", () => {
  const [done, behind] = [machine("i-done"), machine("i-behind")];
  const groups = metricGroups([done, behind], marks([done, FLOORED], [behind, FLOORED - 40 * DAY]), NOW, 14);
  expect(shapes(groups)).toEqual([[FLOORED - 14 * DAY, FLOORED, ["i-behind"]]]);
});

test("things of one name in two regions have marks of their own", () => {
  const [here, there] = [machine("web"), machine("web", "us-east-1")];
  const groups = metricGroups([here, there], marks([here, FLOORED]), NOW, 14);
  expect(groups.flatMap(({ resources }) => resources)).toEqual([there]);
});

test("where nothing was found everything that a metrics server knows is one group, and what it told once is not asked again", () => {
  const window = (until: ReadonlyMap<string, number>) => everythingGroup(until, NOW, 14)?.window;
  expect(window(new Map())).toEqual({ startMs: FLOORED - 14 * DAY, endMs: FLOORED });
  expect(window(new Map([[EVERYTHING, FLOORED - DAY]]))).toEqual({
    startMs: FLOORED - DAY - 2 * HOUR - 300_000,
    endMs: FLOORED,
  });
  expect(window(new Map([[EVERYTHING, FLOORED]]))).toBeUndefined();
});

test("the same question has the same digest, whatever the order, and another one another", () => {
  const [a, b] = [machine("i-a"), machine("i-b")];
  const digest = (resources: readonly Resource[], nowMs = NOW) =>
    metricGroups(resources, new Map(), nowMs, 14)[0]?.digest;
  expect(digest([a, b])).toBe(digest([b, a]));
  expect(digest([a])).not.toBe(digest([a, b]));
  expect(digest([a])).not.toBe(digest([machine("i-a", "us-east-1")]));
  expect(digest([a], NOW + HOUR)).not.toBe(digest([a]));
});

test("a part that failed concerns the account and region that its key names", () => {
  const all = [machine("i-1"), machine("i-2", "us-east-1"), machine("i-3", "eu-west-1", "2")];
  const touched = (key: string) => touchedBy(key, all).map(({ id }) => id);
  expect(touched("aws/1/eu-west-1/cloudwatch/0001")).toEqual(["i-1"]);
  expect(touched("gcp/2/monitoring")).toEqual(["i-3"]);
  expect(touched("prometheus/metrics")).toEqual(["i-1", "i-2", "i-3"]);
});
