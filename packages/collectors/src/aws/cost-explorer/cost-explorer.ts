import { CostExplorerClient, type Expression } from "@aws-sdk/client-cost-explorer";
import { type Collected, DAY_MS, type Diagnostic, formatInstant } from "@apex/core";
import type { AwsCall, AwsService, AwsSession } from "../aws-service.ts";
import { askCosts, type CostQuestion, PageBudget } from "./ask-costs.ts";
import { otherRows, usageRows } from "./cost-rows.ts";

/** US dollars for one page of an answer. Source: AWS Cost Explorer pricing, "each request … $0.01". */
const DOLLARS_PER_PAGE = 0.01;

/** Twenty cents a collection, unless more is allowed. */
const PAGES_MAX = 20;

/** Costs by resource are kept for the last 14 days. Source: Cost Explorer API reference, GetCostAndUsageWithResources. */
const RESOURCE_DAYS = 14;

/** The one service that GetCostAndUsageWithResources has for everybody who opted in. */
const RESOURCE_SERVICE = "Amazon Elastic Compute Cloud - Compute";

/** Record types that are usage; all others are fees, taxes, credits and their kin. */
const USAGE_TYPES = ["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"];

const COSTS: AwsCall = { service: "ce", operation: "GetCostAndUsage", permissions: ["ce:GetCostAndUsage"] };
const RESOURCES: AwsCall = {
  service: "ce",
  operation: "GetCostAndUsageWithResources",
  permissions: ["ce:GetCostAndUsageWithResources"],
};

/**
 * This and the last month's bill of the account day by day, and by instance for the last two weeks. For those without an export of
 * their bills: it knows neither list prices nor tags. AWS charges for every page, so pages are counted, told and capped.
 */
export function costExplorer({
  maximumPages = PAGES_MAX,
}: {
  readonly maximumPages?: number;
} = {}): AwsService {
  return {
    name: "cost-explorer",
    title: "Cost Explorer",
    isGlobal: true,
    calls: [COSTS, RESOURCES],
    collect: (session) => collect(session, new PageBudget(maximumPages)),
  };
}

async function* collect(session: AwsSession, budget: PageBudget): AsyncGenerator<Collected> {
  const client = session.client(CostExplorerClient);
  const days = daysUntil(session.nowMs);
  const ofAccount = dimension("LINKED_ACCOUNT", [session.accountId]);
  const isUsage = dimension("RECORD_TYPE", USAGE_TYPES);
  const question = (
    filters: Expression[],
    groupBy: CostQuestion["groupBy"],
    start: string,
  ): CostQuestion => ({
    start,
    end: days.today,
    filter: { And: [ofAccount, ...filters] },
    groupBy,
    isByResource: groupBy[0] === "RESOURCE_ID",
  });
  const others = await unlessOff(
    askCosts(client, question([{ Not: isUsage }], ["SERVICE", "RECORD_TYPE"], days.lastMonth), budget),
  );
  if (others === undefined) {
    yield { kind: "diagnostic", diagnostic: notOn(session) };
    return;
  }
  const usage = await askCosts(
    client,
    question([isUsage], ["SERVICE", "PURCHASE_TYPE"], days.lastMonth),
    budget,
  );
  const ofInstances = [isUsage, dimension("SERVICE", [RESOURCE_SERVICE])];
  const byResource = await session.optional(
    RESOURCES,
    "without it costs are known by service, not by instance; turn on resource-level data in Cost Explorer's preferences",
    () => askCosts(client, question(ofInstances, ["RESOURCE_ID", "PURCHASE_TYPE"], days.twoWeeksAgo), budget),
  );
  if (byResource.kind === "failed") yield { kind: "diagnostic", diagnostic: byResource.diagnostic };
  const resources = byResource.kind === "done" ? byResource.value : { groups: [], isWhole: true };
  const rows = [
    ...otherRows(session.accountId, others.groups),
    ...usageRows(session.accountId, {
      byService: usage.groups,
      byResource: resources.groups,
      resourceService: RESOURCE_SERVICE,
    }),
  ];
  if (rows.length > 0) yield { kind: "cost", rows };
  yield { kind: "diagnostic", diagnostic: told(budget) };
  if (![others, usage, resources].every(({ isWhole }) => isWhole))
    yield { kind: "diagnostic", diagnostic: capped(budget) };
}

/** An account that never opened Cost Explorer has no data in it until a day after somebody did. */
async function unlessOff<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && error.name === "DataUnavailableException") return undefined;
    throw error;
  }
}

function notOn({ accountId }: AwsSession): Diagnostic {
  return {
    severity: "info",
    code: "cost-explorer-off",
    summary: `Cost Explorer has no data of ${accountId}, so there is no bill`,
    detail:
      "Open Cost Explorer once in the billing console and wait a day, or give --billing-export an export of the bill.",
  };
}

function dimension(Key: "LINKED_ACCOUNT" | "RECORD_TYPE" | "SERVICE", Values: string[]): Expression {
  return { Dimensions: { Key, Values } };
}

/** Whole days only: what is known of today grows until tomorrow. */
function daysUntil(nowMs: number) {
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const day = (epochMs: number) => formatInstant(epochMs).slice(0, 10);
  // Two days before the first of a month lie in the month before.
  const firstMs = (epochMs: number) => epochMs - (Number(day(epochMs).slice(8)) - 1) * DAY_MS;
  return {
    today: day(todayMs),
    twoWeeksAgo: day(todayMs - RESOURCE_DAYS * DAY_MS),
    lastMonth: day(firstMs(firstMs(todayMs) - 2 * DAY_MS)),
  };
}

function told({ pages }: PageBudget): Diagnostic {
  const dollars = (pages * DOLLARS_PER_PAGE).toFixed(2);
  return {
    severity: "info",
    code: "cost-explorer-asked",
    summary: `Cost Explorer: ${pages} ${pages === 1 ? "request" : "requests"}, $${dollars}`,
  };
}

function capped({ most }: PageBudget): Diagnostic {
  return {
    severity: "warning",
    code: "cost-explorer-capped",
    summary: `Cost Explorer has more than ${most} pages to tell; what lies beyond is missing from the bill`,
    detail:
      "Allow more pages, or collect an export of the bill from S3: it costs next to nothing and holds every line.",
  };
}
