import { AdapterError } from "@apex/core";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsCall } from "./aws-service.ts";
import { ownCredentials, roleCredentials } from "./credentials.ts";
import { notAws } from "./errors.ts";
import { AwsRegion, type SentCall } from "./session.ts";

/** How to get in. */
export interface AwsAccess {
  readonly profile?: string | undefined;
  readonly externalId?: string | undefined;
  /** Where accounts are asked who they are: AWS_REGION, else us-east-1. */
  readonly homeRegion: string;
  readonly endpointUrl?: string | undefined;
  readonly nowMs: number;
  readonly onCall?: ((call: SentCall) => void) | undefined;
}

/** An account that let us in. */
export interface AwsAccount {
  readonly id: string;
  readonly partition: string;
  readonly homeRegion: string;
  region(name: string): AwsRegion;
}

/** Needs no permission at all; it is the one request that tells wrong credentials from a missing permission. */
const IDENTITY_CALL: AwsCall = { service: "sts", operation: "GetCallerIdentity", permissions: [] };

/** Logs in with the credentials of the SDK's chain, or with a role that they may assume. Throws an AdapterError. */
export async function openAccount(
  access: AwsAccess,
  roleArn: string | undefined,
  signal: AbortSignal,
): Promise<AwsAccount> {
  const { profile, externalId, homeRegion, endpointUrl, nowMs, onCall } = access;
  const own = ownCredentials(profile);
  const credentials =
    roleArn === undefined
      ? own
      : roleCredentials(own, { roleArn, externalId, region: homeRegion, endpointUrl });
  const common = { credentials, endpointUrl, profile, nowMs, onCall };
  const stranger = new AwsRegion({ ...common, accountId: "", partition: "aws", region: homeRegion });
  const identity = await stranger.ask(signal, [IDENTITY_CALL], (session) =>
    session.client(STSClient).send(new GetCallerIdentityCommand({})),
  );
  const id = identity.Account;
  // A login page is read as an answer that tells nothing.
  if (id === undefined) throw new AdapterError("invalid", notAws(endpointUrl ?? `AWS in ${homeRegion}`));
  const partition = identity.Arn?.split(":")[1] ?? "aws";
  const regions = new Map<string, AwsRegion>();
  return {
    id,
    partition,
    homeRegion,
    region: (name) => {
      const known = regions.get(name);
      if (known !== undefined) return known;
      const opened = new AwsRegion({ ...common, accountId: id, partition, region: name });
      regions.set(name, opened);
      return opened;
    },
  };
}
