import type { AwsCall } from "../aws-service.ts";

/** Operations of a service whose permissions have its name and theirs. */
export function callsOf(service: string): (operation: string) => AwsCall {
  return (operation) => ({ service, operation, permissions: [`${service}:${operation}`] });
}
