import type { AwsCall } from "../aws-service.ts";

/** An EC2 operation, whose permission has its name. */
export function ec2Call(operation: string): AwsCall {
  return { service: "ec2", operation, permissions: [`ec2:${operation}`] };
}
