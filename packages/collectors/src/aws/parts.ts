import type { Cancellation, CollectionPart } from "@apex/core";
import { abortSignalOf } from "../live/abort-signal.ts";
import { partKey } from "../live/part-key.ts";
import type { AwsAccount } from "./account.ts";
import type { AwsService } from "./aws-service.ts";

/** What a service brings of one account and region. */
export function servicePart(account: AwsAccount, region: string, service: AwsService): CollectionPart {
  const isGlobal = service.isGlobal === true;
  return {
    key: partKey("aws", account.id, isGlobal ? "global" : region, service.name),
    title: isGlobal ? `${service.title} of ${account.id}` : `${service.title} in ${region} of ${account.id}`,
    collect: (cancellation) => collectDuring(account, region, service, cancellation),
  };
}

/** Collects in a session of the region, for as long as nobody stops it. */
export async function* collectDuring(
  account: AwsAccount,
  region: string,
  service: Pick<AwsService, "calls" | "collect">,
  cancellation: Cancellation,
) {
  const { signal, release } = abortSignalOf(cancellation);
  try {
    yield* account.region(region).during(signal, service.calls, (session) => service.collect(session));
  } finally {
    release();
  }
}

/** Parts of one service in all regions follow each other, so that those that run side by side ask different regions. */
export function spread(parts: readonly CollectionPart[]): readonly CollectionPart[] {
  const service = ({ key }: CollectionPart): string => key.slice(key.lastIndexOf("/") + 1);
  const order = [...new Set(parts.map(service))];
  return parts.toSorted((a, b) => order.indexOf(service(a)) - order.indexOf(service(b)));
}
