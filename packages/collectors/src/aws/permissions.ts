import type { AwsCall } from "./aws-service.ts";
import { BILLING_EXPORT } from "./cur-s3/billing-export.ts";
import { allServices, AWS_METRIC_SERVICES } from "./inventory/services.ts";
import { REGIONS_CALL } from "./regions.ts";

/** What a permission is needed for. */
export interface AwsPermission {
  /** "ec2:DescribeInstances". */
  readonly action: string;
  /** Titles of the services that use it, in the order in which they are collected. */
  readonly neededFor: readonly string[];
  /** What it can be narrowed to, as an ARN; absent for "*". */
  readonly resource?: string;
}

/** Every permission that collecting uses, each once, sorted by action. All of them only read. */
export function awsPermissions(): readonly AwsPermission[] {
  const services: readonly { readonly title: string; readonly calls: readonly AwsCall[] }[] = [
    { title: "the list of regions", calls: [REGIONS_CALL] },
    ...allServices(),
    BILLING_EXPORT,
    ...AWS_METRIC_SERVICES,
  ];
  const needs = services.flatMap(({ title, calls }) =>
    calls.flatMap(({ permissions, resource }) => permissions.map((action) => ({ action, title, resource }))),
  );
  return [...Map.groupBy(needs, ({ action }) => action)]
    .map(([action, same]) => {
      const neededFor = [...new Set(same.map(({ title }) => title))];
      const resource = same.every((need) => need.resource === same[0]?.resource)
        ? same[0]?.resource
        : undefined;
      return resource === undefined ? { action, neededFor } : { action, neededFor, resource };
    })
    .toSorted((a, b) => (a.action < b.action ? -1 : 1));
}
