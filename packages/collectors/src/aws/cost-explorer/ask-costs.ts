import {
  type CostExplorerClient,
  type Expression,
  GetCostAndUsageCommand,
  GetCostAndUsageWithResourcesCommand,
  type GroupDefinition,
  type ResultByTime,
} from "@aws-sdk/client-cost-explorer";
import { type Decimal, parseDecimal } from "@apex/core";

/** Amounts of one day under two keys, as Cost Explorer words them. */
export interface CostGroup {
  /** "2026-10-31". */
  readonly day: string;
  readonly nextDay: string;
  readonly keys: readonly [first: string, second: string];
  readonly unblended: Decimal;
  readonly amortised: Decimal;
  readonly currency: string;
}

/** What is asked: days from `start` to before `end`. */
export interface CostQuestion {
  readonly start: string;
  readonly end: string;
  readonly filter: Expression;
  readonly groupBy: readonly [first: string, second: string];
  readonly isByResource: boolean;
}

/** Counts what every answer costs, and says when it is enough. */
export class PageBudget {
  readonly most: number;
  private count = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Pages asked for so far. */
  get pages(): number {
    return this.count;
  }

  /** Takes one page; false when there is none left. */
  take(): boolean {
    if (this.count >= this.most) return false;
    this.count += 1;
    return true;
  }
}

const METRICS = ["UnblendedCost", "AmortizedCost"] as const;

/** All groups of a question, page by page; `isWhole` is false where the budget ended before the pages did. */
export async function askCosts(
  client: CostExplorerClient,
  question: CostQuestion,
  budget: PageBudget,
): Promise<{ readonly groups: readonly CostGroup[]; readonly isWhole: boolean }> {
  const groups: CostGroup[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    if (!budget.take()) return { groups, isWhole: false };
    const page = await askPage(client, question, token);
    for (const result of page.ResultsByTime ?? []) groups.push(...groupsOf(result));
    token = page.NextPageToken === "" ? undefined : page.NextPageToken;
    // A token that comes again would be paid for without end.
    if (token !== undefined && seen.has(token)) return { groups, isWhole: false };
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return { groups, isWhole: true };
}

function askPage(client: CostExplorerClient, question: CostQuestion, token: string | undefined) {
  const input = {
    TimePeriod: { Start: question.start, End: question.end },
    Granularity: "DAILY" as const,
    Filter: question.filter,
    Metrics: [...METRICS],
    GroupBy: question.groupBy.map((Key): GroupDefinition => ({ Type: "DIMENSION", Key })),
    ...(token === undefined ? {} : { NextPageToken: token }),
  };
  return question.isByResource
    ? client.send(new GetCostAndUsageWithResourcesCommand(input))
    : client.send(new GetCostAndUsageCommand(input));
}

function groupsOf({ TimePeriod, Groups = [] }: ResultByTime): readonly CostGroup[] {
  const { Start: day, End: nextDay } = TimePeriod ?? {};
  if (day === undefined || nextDay === undefined) return [];
  return Groups.flatMap(({ Keys = [], Metrics = {} }) => {
    const [first, second] = Keys;
    const unblended = parseDecimal(Metrics["UnblendedCost"]?.Amount ?? "");
    const amortised = parseDecimal(Metrics["AmortizedCost"]?.Amount ?? "");
    const currency = Metrics["UnblendedCost"]?.Unit;
    if (first === undefined || second === undefined || currency === undefined) return [];
    if (unblended === undefined || amortised === undefined) return [];
    return [{ day, nextDay, keys: [first, second] as const, unblended, amortised, currency }];
  });
}
