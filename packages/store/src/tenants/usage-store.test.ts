import { expect, test } from "vitest";
import { aReading, claimed, PASSED, started, testCampaigns } from "../campaigns/testing.ts";
import { serverOfFile } from "../records/testing.ts";
import { usageStore } from "./usage-store.ts";

const EVER = { startMs: 0, endMs: Date.UTC(2100, 0, 1) };

const server = serverOfFile();

test("a run that was free stays so in what was used, whoever has it done again", async () => {
  const db = await server.open();
  const campaigns = await testCampaigns(db);
  const usage = usageStore((work) => work(db.withSchema("apex")));
  const open = { kind: "verdict", verdict: "inconclusive", isOurFault: true, result: "{}" } as const;
  const first = await started(campaigns, ["val-1", "val-2"]);
  // It has the run too, and does not do it.
  await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), open, aReading(1_200));
  await campaigns.end(await claimed(campaigns, "val-2"), PASSED, aReading(1_200));
  const before = await usage.freeRuns("default", EVER);
  expect(before).toMatchObject([{ runId: "val-1", campaignId: first }]);
  const later = await started(campaigns, ["val-1"]);
  expect(await usage.freeRuns("default", EVER)).toEqual(before);
  await campaigns.end(await claimed(campaigns, "val-1"), open, aReading(1_200));
  expect(await usage.freeRuns("default", EVER)).toMatchObject([before[0], { campaignId: later }]);
  await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), PASSED, aReading(1_200));
  expect(await usage.freeRuns("default", EVER)).toMatchObject([before[0], { campaignId: later }]);
  const endedMs = Date.parse(before[0]!.endedAt);
  expect(await usage.freeRuns("default", { startMs: 0, endMs: endedMs })).toEqual([]);
  expect(await usage.freeRuns("default", { startMs: endedMs, endMs: endedMs + 1 })).toEqual(before);
});

test("a run that another campaign has done after the first was stopped is free for the first", async () => {
  const db = await server.open();
  const campaigns = await testCampaigns(db);
  const usage = usageStore((work) => work(db.withSchema("apex")));
  const first = await started(campaigns, ["val-1"]);
  await campaigns.cancel("default", first);
  const before = await usage.freeRuns("default", EVER);
  expect(before).toMatchObject([{ runId: "val-1", campaignId: first }]);
  await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), PASSED, aReading(1_200));
  expect(await usage.freeRuns("default", EVER)).toEqual(before);
});
