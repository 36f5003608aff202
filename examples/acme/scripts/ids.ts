import { hexFor } from "./random.ts";

export const ACCOUNT_ID = "210987654321";
export const REGION = "us-east-1";

/** The cloud id of what lives at a Terraform address: prefix and 17 hexadecimal digits, as EC2 gives them. */
export function cloudId(prefix: string, address: string): string {
  return `${prefix}-0${hexFor(`${prefix} ${address}`, 16)}`;
}

/** An ARN in the fleet's account and region. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

/** A private address in the VPC that belongs to a Terraform address. */
export function privateIp(address: string, zone: "a" | "b"): string {
  const hex = hexFor(`ip ${address}`, 4);
  return `10.20.${zone === "a" ? 10 : 11}.${10 + (Number.parseInt(hex, 16) % 240)}`;
}

/** A public address out of the documentation range 203.0.113.0/24. */
export function publicIp(address: string): string {
  return `203.0.113.${5 + (Number.parseInt(hexFor(`eip ${address}`, 4), 16) % 240)}`;
}
