import { CloudWatchClient, paginateListMetrics } from "@aws-sdk/client-cloudwatch";
import { MetricNotes } from "../../exports/metrics/metric-notes.ts";
import type { AwsSession } from "../aws-service.ts";
import { METRIC_CHOICES, type MetricChoice } from "./metric-choices.ts";
import { type MetricQuery, queriesOf, withoutNarrower } from "./metric-query.ts";
import type { MetricTargets } from "./metric-targets.ts";

/** Listings at a time: well below the 25 a second that an account may send. Source: CloudWatch service quotas, ListMetrics. */
const LISTINGS_AT_A_TIME = 4;

/** One question of ListMetrics, and all that its answer serves. */
interface Listing {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly choices: MetricChoice[];
}

/**
 * The queries for all that CloudWatch has of these resources. What had no point for two weeks is not listed and so not asked:
 * each metric that is asked for costs, whether it is there or not.
 */
export async function findMetrics(
  session: AwsSession,
  targets: MetricTargets,
): Promise<readonly MetricQuery[]> {
  const client = session.client(CloudWatchClient);
  const found: MetricQuery[] = [];
  const next = listingsFor(targets).values();
  await Promise.all(
    Array.from({ length: LISTINGS_AT_A_TIME }, async () => {
      for (const listing of next) {
        // Not spread: a large account has more queries of a metric than a call takes arguments.
        for (const query of await list(client, listing, targets)) found.push(query);
      }
    }),
  );
  return withoutNarrower(found);
}

function listingsFor(targets: MetricTargets): readonly Listing[] {
  const listings = new Map<string, Listing>();
  for (const choice of METRIC_CHOICES.filter(({ dimension }) => targets.has(dimension))) {
    for (const name of Object.keys(choice.metrics)) {
      const key = `${choice.namespace ?? ""}\n${name}`;
      const listing = listings.get(key) ?? { namespace: choice.namespace, name, choices: [] };
      listings.set(key, listing);
      listing.choices.push(choice);
    }
  }
  return [...listings.values()];
}

async function list(
  client: CloudWatchClient,
  { namespace, name, choices }: Listing,
  targets: MetricTargets,
): Promise<readonly MetricQuery[]> {
  // Nothing to note: only metrics that the table names are asked for.
  const notes = new MetricNotes("CloudWatch");
  const pages = paginateListMetrics(
    { client, stopOnSameToken: true },
    { MetricName: name, ...(namespace === undefined ? {} : { Namespace: namespace }) },
  );
  const found: MetricQuery[] = [];
  for await (const { Metrics = [] } of pages) {
    for (const metric of Metrics)
      found.push(...choices.flatMap((choice) => queriesOf(metric, choice, targets, notes)));
  }
  return found;
}
