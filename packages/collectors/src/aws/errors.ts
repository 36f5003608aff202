import { AdapterError, type AdapterErrorKind } from "@apex/core";
import { messageOf } from "../files/errors.ts";

/** What an error of the SDK means to us: each has one next step. */
export type AwsFailure =
  | "no-credentials"
  | "bad-credentials"
  | "unreadable"
  | "expired"
  | "not-permitted"
  | "region-off"
  | "no-endpoint"
  | "clock"
  | "throttled"
  | "unreachable"
  | "untrusted"
  | "not-aws"
  | "server"
  | "refused";

/** Where an error came up. */
export interface AskedAt {
  readonly region: string;
  /** The IAM action of the operation that failed, where the answer itself does not name it. */
  readonly action?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** Which the user named. */
  readonly profile?: string | undefined;
  /** Whether AWS has accepted these credentials elsewhere: refused here, the region is off, not the credentials wrong. */
  readonly isLoggedIn?: boolean;
  /** Whether nothing has ever answered there, at an address that is AWS' own. */
  readonly isSilent?: boolean;
}

/** Codes of the query, JSON and REST protocols. Source: AWS API references, "Common errors", and EC2's "Error codes". */
const CODES: Readonly<Record<string, AwsFailure>> = {
  CredentialsProviderError: "no-credentials",
  InvalidClientTokenId: "bad-credentials",
  UnrecognizedClientException: "bad-credentials",
  InvalidAccessKeyId: "bad-credentials",
  SignatureDoesNotMatch: "bad-credentials",
  InvalidSignatureException: "bad-credentials",
  IncompleteSignature: "bad-credentials",
  MissingAuthenticationToken: "bad-credentials",
  AuthFailure: "bad-credentials",
  ExpiredToken: "expired",
  ExpiredTokenException: "expired",
  TokenProviderError: "expired",
  // EC2 says so of temporary credentials that have ended; a clock that is wrong the SDK corrects by itself.
  RequestExpired: "expired",
  RequestTimeTooSkewed: "clock",
  RequestInTheFuture: "clock",
  AccessDenied: "not-permitted",
  AccessDeniedException: "not-permitted",
  UnauthorizedOperation: "not-permitted",
  UnauthorizedException: "not-permitted",
  NotAuthorized: "not-permitted",
  OptInRequired: "region-off",
  OptInRequiredException: "region-off",
  SubscriptionRequiredException: "region-off",
  RegionDisabledException: "region-off",
  BandwidthLimitExceeded: "throttled",
  EC2ThrottledException: "throttled",
  LimitExceededException: "throttled",
  PriorRequestNotComplete: "throttled",
  RequestLimitExceeded: "throttled",
  RequestThrottled: "throttled",
  RequestThrottledException: "throttled",
  SlowDown: "throttled",
  ThrottledException: "throttled",
  Throttling: "throttled",
  ThrottlingException: "throttled",
  TooManyRequestsException: "throttled",
  TimeoutError: "unreachable",
};

/** Node's codes for a peer that does not answer. */
const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);

/** OpenSSL's and Node's codes for a peer that does not prove who it is, or speaks no TLS. */
const TLS_CODES =
  /^(?:EPROTO|ERR_SSL_\w+|ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+)$/;

/** What the address of a region that does not exist, or that lacks a service, comes to. */
const NOBODY_CODES = new Set(["ECONNREFUSED", "ENOTFOUND"]);

const KINDS: Readonly<Record<AwsFailure, AdapterErrorKind>> = {
  "no-credentials": "denied",
  "bad-credentials": "denied",
  unreadable: "denied",
  // The user has to log in; the same start then goes on.
  expired: "unavailable",
  "not-permitted": "denied",
  "region-off": "denied",
  "no-endpoint": "not-found",
  clock: "denied",
  throttled: "throttled",
  unreachable: "unavailable",
  untrusted: "denied",
  "not-aws": "invalid",
  server: "unavailable",
  refused: "invalid",
};

interface SdkError extends Error {
  readonly code?: unknown;
  /** The system call that failed, of an error of the operating system. */
  readonly syscall?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What an error of the SDK means. */
export function awsFailure(error: unknown, at: Pick<AskedAt, "isLoggedIn" | "isSilent">): AwsFailure {
  if (!(error instanceof Error)) return "refused";
  const { name, message, code, syscall, $metadata } = error as SdkError;
  const known = Object.hasOwn(CODES, name) ? CODES[name] : undefined;
  if (known === "bad-credentials") {
    // EC2 says AuthFailure where a region is off, others that the token is invalid.
    if (/signature (?:expired|not yet current)/i.test(message)) return "clock";
    return at.isLoggedIn === true ? "region-off" : "bad-credentials";
  }
  // An SSO or web identity token that has ended comes as a failure of the provider, told in its message alone.
  if (known === "no-credentials" && /expired|refresh|sso login/i.test(message)) return "expired";
  if (known !== undefined) return known;
  const status = $metadata?.httpStatusCode;
  if (status === 429) return "throttled";
  if (typeof code === "string" && TLS_CODES.test(code)) return "untrusted";
  if (typeof code === "string" && NETWORK_CODES.has(code)) {
    const isNobody = at.isLoggedIn === true && at.isSilent === true && NOBODY_CODES.has(code);
    return isNobody ? "no-endpoint" : "unreachable";
  }
  // The SDK opens no file but those of credentials; one that is a folder is told when it is read.
  if (syscall === "open" || code === "EISDIR") return "unreadable";
  if (status !== undefined && status >= 500) return "server";
  if (status === 401 || status === 403) return "not-permitted";
  if (error instanceof SyntaxError || /deserialization|unexpected token|char '/i.test(message))
    return "not-aws";
  return "refused";
}

/** An error of the SDK as ours, with the next step. Its message names no part: the same reason for many parts is told once. */
export function awsError(error: unknown, at: AskedAt): AdapterError {
  if (error instanceof AdapterError) return error;
  const failure = awsFailure(error, at);
  return new AdapterError(KINDS[failure], explain(failure, error, at), { cause: error });
}

/** The action that AWS says is missing: "is not authorized to perform: ec2:DescribeVolumes". */
function missingAction(error: unknown, at: AskedAt): string {
  const named = /not authorized to perform:? ([a-z][\w-]*:\w+)/i.exec(messageOf(error))?.[1];
  return named ?? at.action ?? "an action";
}

function explain(failure: AwsFailure, error: unknown, at: AskedAt): string {
  const where = at.endpointUrl ?? `AWS in ${at.region}`;
  switch (failure) {
    case "no-credentials":
      if (at.profile !== undefined)
        return `there are no AWS credentials in the profile ${at.profile}; check its name (\`aws configure list-profiles\`), or log in with it (\`aws sso login --profile ${at.profile}\`)`;
      return "no AWS credentials were found; set AWS_PROFILE or AWS_ACCESS_KEY_ID, give --profile, or run `aws configure`";
    case "bad-credentials":
      return `AWS does not accept the credentials (${codeOf(error)}); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile that is used`;
    case "unreadable":
      return `the AWS credentials cannot be read (${messageOf(error)}); check AWS_WEB_IDENTITY_TOKEN_FILE and the files that the profile names`;
    case "expired":
      return "the AWS session has expired; log in again (`aws sso login`, or new temporary credentials) and start the same command: what was collected is kept";
    case "not-permitted":
      return `${missingAction(error, at)} is not permitted; add it to the policy (\`apex permissions aws\` prints all of it)`;
    case "region-off":
      return `${at.region} is off for this account or its service is not subscribed to (${codeOf(error)}); enable it in the account's settings, or leave it out of --regions`;
    case "no-endpoint":
      return `${where} has never answered (${codeOf(error)}), and AWS elsewhere has: the region does not exist, is off or lacks the service; check --regions`;
    case "clock":
      return `the clock of this machine is wrong (${codeOf(error)}); set it, AWS allows five minutes`;
    case "throttled":
      return `AWS kept throttling (${codeOf(error)}) after all attempts; start the same command again later: it goes on where it stopped`;
    case "unreachable":
      return `${where} does not answer (${codeOf(error)}); check the network, the proxy and --endpoint-url`;
    case "untrusted":
      return `there is no safe connection to ${where} (${codeOf(error)}); check --endpoint-url, and name the certificates of a proxy of your own in NODE_EXTRA_CA_CERTS`;
    case "not-aws":
      return notAws(where);
    case "server":
      return `${where} failed (${codeOf(error)}) after all attempts; start the same command again later: it goes on where it stopped`;
    case "refused":
      return `AWS refused the request (${codeOf(error)}): ${messageOf(error)}`;
  }
}

/** Where something answers that is no AWS: a login page, another server. */
export function notAws(where: string): string {
  return `${where} answers with something else than AWS does; check --endpoint-url and the proxy`;
}

/** The code of an answer or of the operating system, as a person would look it up. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const { name, code, $metadata } = error as SdkError;
  if (typeof code === "string" && code !== "") return code;
  const status = $metadata?.httpStatusCode;
  return name === "Error" || name === "Unknown" || name === ""
    ? status === undefined
      ? "unknown error"
      : `HTTP ${status}`
    : name;
}
