import { DescribeRegionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { AdapterError } from "@apex/core";
import type { AwsCall } from "./aws-service.ts";
import type { AwsRegion } from "./session.ts";

/** Which regions there are, and which of them an account has enabled. */
export const REGIONS_CALL: AwsCall = {
  service: "ec2",
  operation: "DescribeRegions",
  permissions: ["ec2:DescribeRegions"],
};

/** A region that is to be collected, or why it cannot be. */
export interface WantedRegion {
  readonly name: string;
  readonly error?: AdapterError;
}

/**
 * The regions that were asked for, else all that are enabled in the account. One that is off, or that does not exist, says so.
 * Without the permission to list them, those that were asked for are tried.
 */
export async function wantedRegions(
  home: AwsRegion,
  asked: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<readonly WantedRegion[]> {
  let found: ReadonlyMap<string, string>;
  try {
    found = await home.ask(signal, [REGIONS_CALL], async (session) => {
      const answer = await session.client(EC2Client).send(new DescribeRegionsCommand({ AllRegions: true }));
      return new Map(
        (answer.Regions ?? []).map(({ RegionName, OptInStatus }) => [RegionName ?? "", OptInStatus ?? ""]),
      );
    });
  } catch (error) {
    if (!(error instanceof AdapterError) || error.kind !== "denied") throw error;
    if (asked !== undefined) return asked.map((name) => ({ name }));
    throw new AdapterError("denied", `${error.message}, or name the regions with --regions`, {
      cause: error,
    });
  }
  const { accountId } = home.place;
  const names =
    asked ?? [...found].flatMap(([name, status]) => (status === "not-opted-in" ? [] : [name])).toSorted();
  return names.map((name) => {
    const status = found.get(name);
    if (status === undefined) {
      const message = `there is no region ${name} for account ${accountId}; check --regions`;
      return { name, error: new AdapterError("not-found", message) };
    }
    if (status !== "not-opted-in") return { name };
    const message = `region ${name} is off in account ${accountId}; enable it in the account's settings, or leave it out of --regions`;
    return { name, error: new AdapterError("denied", message) };
  });
}
