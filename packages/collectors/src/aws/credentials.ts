import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { AdapterError } from "@apex/core";
import type { AwsCredentials } from "./aws-service.ts";
import { awsFailure } from "./errors.ts";

/** Hands out credentials that are still good; asks for new ones when they are about to end. */
export type CredentialsProvider = () => Promise<AwsCredentials>;

/** Temporary credentials are renewed this long before they end, so that no request starts with them at their end. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** How CloudTrail calls what we did in another account. */
const ROLE_SESSION_NAME = "apex-collect";

/** The SDK's own chain: environment, profile, SSO, web identity, container and instance roles. */
export function ownCredentials(profile: string | undefined): CredentialsProvider {
  return renewing(fromNodeProviderChain(profile === undefined ? {} : { profile }));
}

/** What a role is assumed with. */
export interface RoleToAssume {
  readonly roleArn: string;
  readonly externalId?: string | undefined;
  readonly region: string;
  readonly endpointUrl?: string | undefined;
}

/** Credentials of a role, which `own` may assume. */
export function roleCredentials(own: CredentialsProvider, role: RoleToAssume): CredentialsProvider {
  const { roleArn, externalId, region, endpointUrl } = role;
  const assume = fromTemporaryCredentials({
    masterCredentials: own,
    params: {
      RoleArn: roleArn,
      RoleSessionName: ROLE_SESSION_NAME,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
    clientConfig: { region, ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }) },
  });
  return renewing(async () => {
    try {
      return await assume();
    } catch (error) {
      if (awsFailure(error, {}) !== "not-permitted") throw error;
      throw new AdapterError(
        "denied",
        `the role ${roleArn} cannot be assumed; these credentials need sts:AssumeRole on it, and its trust policy has to name them (with the --external-id that it asks for, if any)`,
        { cause: error },
      );
    }
  });
}

/** One request for all clients: each has a memory of its own otherwise. */
function renewing(resolve: CredentialsProvider): CredentialsProvider {
  let present: Promise<AwsCredentials> | undefined;
  let endsMs = Number.POSITIVE_INFINITY;
  return () => {
    if (present === undefined || Date.now() > endsMs - RENEW_BEFORE_MS) {
      endsMs = Number.POSITIVE_INFINITY;
      present = resolve().then(
        (credentials) => {
          endsMs = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
          return credentials;
        },
        (error: unknown) => {
          present = undefined;
          throw error;
        },
      );
    }
    return present;
  };
}
