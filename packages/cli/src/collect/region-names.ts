import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/**
 * How the regions of a cloud are written. Source: the `regionRegex` of the AWS SDK's partitions; Compute Engine, "Regions and zones".
 */
const REGION_NAMES = {
  aws: { pattern: /^[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}$/, example: "eu-west-1" },
  gcp: { pattern: /^[a-z]+(?:-[a-z]+){1,2}\d{1,2}$/, example: "europe-west1" },
} as const;

/** Where AWS is asked who one is, as its own tools know it, else a region that every account has. Set to nothing is not set. */
export function awsHomeRegion(env: Io["env"]): string {
  return env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || "us-east-1";
}

/** A cloud whose regions can be named. */
export type RegionedCloud = keyof typeof REGION_NAMES;

/** Refuses what cannot be a region's name: it would become part of the address that is asked. */
export function requireRegions(cloud: RegionedCloud, given: readonly string[]): void {
  const { pattern, example } = REGION_NAMES[cloud];
  const wrong = given.filter((region) => !pattern.test(region));
  if (wrong.length === 0) return;
  throw new CommandError(EXIT_CODES.wrongUse, `--regions ${wrong.join(", ")}: write regions as ${example}`);
}
