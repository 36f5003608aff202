import type { AwsCall } from "./aws-service.ts";
import { AWS_METRIC_SERVICES, AWS_SERVICES } from "./inventory/services.ts";
import { REGIONS_CALL } from "./regions.ts";

/** What a permission is needed for. */
export interface AwsPermission {
  /** "ec2:DescribeInstances". */
  readonly action: string;
  /** Titles of the services that use it, in the order in which they are collected. */
  readonly neededFor: readonly string[];
}

/** Every permission that collecting uses, each once, sorted by action. All of them only read. */
export function awsPermissions(): readonly AwsPermission[] {
  const services: readonly { readonly title: string; readonly calls: readonly AwsCall[] }[] = [
    { title: "the list of regions", calls: [REGIONS_CALL] },
    ...AWS_SERVICES,
    ...AWS_METRIC_SERVICES,
  ];
  const titles = new Map<string, string[]>();
  for (const { title, calls } of services) {
    for (const action of new Set(calls.flatMap(({ permissions }) => permissions))) {
      const same = titles.get(action);
      if (same === undefined) titles.set(action, [title]);
      else same.push(title);
    }
  }
  return [...titles]
    .map(([action, neededFor]) => ({ action, neededFor }))
    .toSorted((a, b) => (a.action < b.action ? -1 : 1));
}
