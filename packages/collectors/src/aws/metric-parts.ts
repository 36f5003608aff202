import { AdapterError, type CollectionPart, type Resource, type TimeWindow } from "@apex/core";
import { failedPart } from "../live/failed-part.ts";
import { inSlots } from "../live/slots.ts";
import type { AwsAccount } from "./account.ts";
import type { AwsMetricService, AwsSession } from "./aws-service.ts";
import { AWS_METRIC_SERVICES } from "./inventory/services.ts";
import { collectDuring } from "./parts.ts";

/** Regions of accounts that are asked which metrics there are, side by side. */
const ASKED_AT_ONCE = 16;

/**
 * The metrics of what was found in these accounts, in the services' batches. Accounts that did not let us in this time, whose
 * resources an earlier start found, become parts that say so: without them nobody would know that their metrics are missing.
 */
export async function metricParts(
  accounts: ReadonlyMap<string, AwsAccount>,
  resources: readonly Resource[],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<readonly CollectionPart[]> {
  const places = new Map<string, MeasuredPlace>();
  const closed = new Set<string>();
  for (const resource of resources) {
    if (resource.provider !== "aws" || resource.region === undefined) continue;
    const account = accounts.get(resource.account ?? "");
    if (account === undefined) {
      closed.add(resource.account ?? "");
      continue;
    }
    const key = `${account.id}/${resource.region}`;
    const place = places.get(key) ?? { account, region: resource.region, resources: [] };
    places.set(key, place);
    place.resources.push(resource);
  }
  const parts = await inSlots([...places.values()], ASKED_AT_ONCE, async (place) => {
    const ofServices = AWS_METRIC_SERVICES.map((service) => batchParts(place, service, window, signal));
    return (await Promise.all(ofServices)).flat();
  });
  return [...parts.flat(), ...[...closed].map(closedPart)];
}

function closedPart(accountId: string): CollectionPart {
  const message = `${accountId} is not among the accounts that let us in; name its role with --assume-role and collect again`;
  const error = new AdapterError("denied", message);
  return failedPart(`aws/${accountId}/metrics`, `all metrics of ${accountId}`, error);
}

interface MeasuredPlace {
  readonly account: AwsAccount;
  readonly region: string;
  readonly resources: Resource[];
}

async function batchParts(
  { account, region, resources }: MeasuredPlace,
  service: AwsMetricService,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<readonly CollectionPart[]> {
  const key = `aws/${account.id}/${region}/${service.name}`;
  const title = `${service.title} in ${region} of ${account.id}`;
  try {
    const batches = await account
      .region(region)
      .ask(signal, service.calls, (session) => service.batches(session, resources, window));
    return batches.map((batch) => {
      const asked = { calls: service.calls, collect: (session: AwsSession) => batch.collect(session) };
      return {
        key: `${key}/${batch.name}`,
        title,
        collect: (stop) => collectDuring(account, region, asked, stop),
      };
    });
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return [failedPart(key, title, error)];
  }
}
