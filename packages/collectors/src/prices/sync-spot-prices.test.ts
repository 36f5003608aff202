import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { priceBook, purchasePrices } from "@apex/catalog";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { testRegion } from "../testing/aws.ts";
import { priceFolder } from "./price-folder.ts";
import type { SyncOutcome } from "./sync-outcome.ts";
import { syncSpotRegion } from "./sync-spot-prices.ts";

const NOW = Date.UTC(2026, 10, 3);
const REGION = "eu-north-1";

function item(price: string, day: string): string {
  return `<item><instanceType>m5.large</instanceType><productDescription>Linux/UNIX</productDescription><spotPrice>${price}</spotPrice><timestamp>2026-${day}T00:00:00.000Z</timestamp><availabilityZone>eu-north-1a</availabilityZone></item>`;
}

function answer(items: string, token: string): string {
  return `<DescribeSpotPriceHistoryResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><spotPriceHistorySet>${items}</spotPriceHistorySet><nextToken>${token}</nextToken></DescribeSpotPriceHistoryResponse>`;
}

const REFUSAL = `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation.</Message></Error></Errors><RequestID>r</RequestID></Response>`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "apex-spot-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** Answers as EC2's query protocol does, with two pages. */
async function sync(
  isRefused = false,
): Promise<{ readonly outcome: SyncOutcome; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const query = new URLSearchParams(Buffer.concat(chunks).toString());
      asked.push(query.get("NextToken") ?? "first");
      const isFirst = query.get("NextToken") === null;
      response.setHeader("content-type", "text/xml");
      if (isRefused) response.writeHead(403).end(REFUSAL);
      else response.end(isFirst ? answer(item("0.06", "11-01"), "two") : answer(item("0.03", "10-20"), ""));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { opened } = testRegion(url, { region: REGION, nowMs: NOW });
  const scope = { into: folder, days: 10, nowMs: NOW };
  return { outcome: await syncSpotRegion(opened, scope, new AbortController().signal), asked };
}

it("reads all pages and keeps percentiles of the price by time", async () => {
  const { outcome, asked } = await sync();
  expect(outcome).toMatchObject({ kind: "synced", list: "EC2Spot", region: REGION, prices: 3 });
  expect(asked).toEqual(["first", "two"]);
  const prices = purchasePrices("m5.large", REGION, priceBook(await priceFolder(folder).tables()));
  // Eight days at 0.03, two at 0.06.
  expect(prices.map(({ option, hourly, date }) => [option, hourly, date])).toEqual([
    ["spot-max", "0.06", "2026-11-03"],
    ["spot-p50", "0.03", "2026-11-03"],
    ["spot-p90", "0.06", "2026-11-03"],
  ]);
});

it("names the permission that is missing and keeps what there is", async () => {
  await sync();
  const { outcome } = await sync(true);
  expect(outcome).toMatchObject({
    kind: "failed",
    reason: expect.stringContaining("ec2:DescribeSpotPriceHistory"),
  });
  expect(await priceFolder(folder).headers()).toHaveLength(1);
});
