import type { TerraformDiagnostic } from "@apex/core";
import type { Understood } from "./message-template.ts";
import type { ProblemClass } from "./problem.ts";

/**
 * What a provider was doing, before its client's own text: words, with names in brackets (`creating S3 Bucket (logs): `). A name
 * with blanks could hold the text of another error, so that such a prefix is not read at all.
 */
const DOING = String.raw`(?:[\w ./-]*(?:\((?:[^\s()]*|Simple Storage)\)[\w ./-]*)*: )*?`;

/** Source: aws-sdk-go-v2, `aws/transport/http.ResponseError`, smithy-go's `OperationError` and `APIError`. */
const AWS = new RegExp(
  String.raw`^${DOING}operation error (?<service>[\w ]+): (?<operation>\w+), (?:exceeded maximum number of attempts, \d+, )?https response error StatusCode: (?<status>\d+), RequestID: [\w-]*, (?:HostID: [^\s,]*, )?(?:api error )?(?<code>[A-Za-z][\w.]*): ?(?<message>[^]*)$`,
);
/** Source: aws-sdk-go v1, `awserr.RequestFailure`, which the provider used up to version 4. */
const AWS_V1 = new RegExp(
  String.raw`^${DOING}(?<code>[A-Z][\w.]*): (?<message>[^]*)\n\s*status code: (?<status>\d+), request id: [\w-]*(?:, host id: \S*)?$`,
);
/** Requests that never got an answer. */
const AWS_UNSENT = new RegExp(
  String.raw`^${DOING}operation error (?<service>[\w ]+): (?<operation>\w+), (?:exceeded maximum number of attempts, \d+, )?(?:https response error StatusCode: 0, RequestID: , )?(?<what>request send failed|get identity|failed to sign request)[,:] `,
);
/** Source: google-api-go-client, `googleapi.Error`: the reason of its only item stands at the end. */
const GOOGLE = new RegExp(
  String.raw`^${DOING}googleapi: Error (?<status>\d{3}): (?<message>[^]*?)(?:, (?<reason>[A-Za-z]+))?$`,
);
const GOOGLE_WAITING = /^Error waiting for [\w -]+: (?<message>[^]*)$/;

const CODES: readonly (readonly [ProblemClass, RegExp])[] = [
  // Before quotas: a limit of requests goes by itself. Source: aws-sdk-go-v2, `aws/retry`, its default throttle codes.
  [
    "throttled",
    /^(?:Throttling|ThrottlingException|ThrottledException|RequestThrottled|RequestThrottledException|TooManyRequestsException|RequestLimitExceeded|BandwidthLimitExceeded|ProvisionedThroughputExceededException|TransactionInProgressException|SlowDown|PriorRequestNotComplete|LimitExceededException\.Throttling)$/,
  ],
  ["capacity", /^(?:Insufficient[A-Za-z]*Capacity(?:Fault|Exception|Error)?|UnfulfillableCapacity)$/],
  [
    "quota",
    /^(?:[A-Za-z.]*(?:Limit|Quota)Exceeded(?:Fault|Exception)?|MaxSpotInstanceCountExceeded|TooManyBuckets)$/,
  ],
  [
    "credentials",
    /^(?:ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException|InvalidAccessKeyId|MissingAuthenticationToken|MissingAuthenticationTokenException|IncompleteSignature)$/,
  ],
  [
    "access-denied",
    /^(?:AccessDenied|AccessDeniedException|UnauthorizedOperation|UnauthorizedAccess|Unauthorized|UnauthorizedException|AuthorizationError|Forbidden|ForbiddenException|OptInRequired)$/,
  ],
  [
    "already-exists",
    /^(?:[A-Za-z]*(?:AlreadyExists|AlreadyOwnedByYou)(?:Fault|Exception)?|[A-Za-z]+\.Duplicate|ResourceExistsException)$/,
  ],
  [
    "dependency-violation",
    /^(?:DependencyViolation|DeleteConflict|DeleteConflictException|BucketNotEmpty|ResourceInUse|[A-Za-z]+\.InUse)$/,
  ],
  [
    "conflict",
    /^(?:ConflictException|OperationAborted|ConcurrentModification|ConcurrentModificationException|ResourceConflictException|IncorrectState|IncorrectInstanceState|InvalidDBInstanceState|InvalidDBClusterStateFault)$/,
  ],
];

/** What AWS says of a machine type that it does not have, or not there: the whole message, with what was asked for. */
const MACHINE_TYPES: readonly (readonly [code: string, message: RegExp, why: string])[] = [
  ["InvalidParameterValue", /^Invalid value '(?<value>[^']*)' for InstanceType\.?$/, "unknown"],
  ["InvalidParameterValue", /^Invalid DB Instance class: (?<value>[^\s,]*)$/, "unknown"],
  [
    "Unsupported",
    /^Your requested instance type \((?<value>[^\s()]*)\) is not supported in your requested Availability Zone \((?<zone>[^\s()]*)\)\./,
    "zone",
  ],
  [
    "InvalidParameterCombination",
    /^RDS does not support creating a DB instance with the following combination: DBInstanceClass=(?<value>[^\s,]*), /,
    "combination",
  ],
];

/** Source: Google's `errors.reason` of Compute Engine and of the common API errors. */
const REASONS: Readonly<Record<string, ProblemClass>> = {
  "400 resourceInUseByAnotherResource": "dependency-violation",
  "400 resourceNotReady": "conflict",
  "401 authError": "credentials",
  "401 required": "credentials",
  "403 forbidden": "access-denied",
  "403 insufficientPermissions": "access-denied",
  "403 accessNotConfigured": "access-denied",
  "403 quotaExceeded": "quota",
  "403 limitExceeded": "quota",
  "403 rateLimitExceeded": "throttled",
  "403 userRateLimitExceeded": "throttled",
  "409 alreadyExists": "already-exists",
  "409 conflict": "conflict",
  "412 conditionNotMet": "conflict",
  "429 rateLimitExceeded": "throttled",
  "503 backendError": "network",
};

const GOOGLE_MACHINE_TYPE =
  /^Invalid value for field 'resource\.machineType': '(?<value>[^']*)'\. (?:The referenced resource does not exist|Machine type with name '[^']*' does not exist in zone '[^']*')\.?$/;

/** The messages of Google's that stand without a code, whole. */
const GOOGLE_MESSAGES: readonly (readonly [ProblemClass, RegExp])[] = [
  [
    "capacity",
    /^The zone '[\w/.:-]+' does not have enough resources available to fulfill the request\.\s+(?:Try a different zone, or try again later|'[^']*')\.?$/,
  ],
  ["quota", /^Quota '(?<quota>\w+)' exceeded\.\s+Limit: [\d.]+ [^]*$/],
  ["capacity", /^(?:ZONE_RESOURCE_POOL_EXHAUSTED|ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS)(?::[^]*)?$/],
];

function namesOf(match: RegExpExecArray): Record<string, string> {
  return Object.fromEntries(Object.entries(match.groups ?? {}).filter((entry) => entry[1] !== undefined));
}

function fromAws(text: string): Understood | undefined {
  const unsent = AWS_UNSENT.exec(text);
  if (unsent !== null) {
    const isNetwork = unsent.groups?.["what"] === "request send failed";
    return { class: isNetwork ? "network" : "credentials", names: {} };
  }
  const match = AWS.exec(text) ?? AWS_V1.exec(text);
  if (match === null) return undefined;
  const { code = "", message = "", service, operation } = namesOf(match);
  const names = {
    code,
    ...(service === undefined ? {} : { service }),
    ...(operation === undefined ? {} : { operation }),
  };
  for (const [machineCode, expression, why] of MACHINE_TYPES) {
    const found = machineCode === code ? expression.exec(message) : null;
    if (found !== null) return { class: "machine-type", names: { ...names, ...namesOf(found), why } };
  }
  const known = CODES.find(([, expression]) => expression.test(code));
  return known === undefined ? undefined : { class: known[0], names };
}

function fromGoogle(text: string): Understood | undefined {
  const match = GOOGLE.exec(text);
  const status = match?.groups?.["status"] ?? "";
  const reason = match?.groups?.["reason"] ?? "";
  const message = match?.groups?.["message"] ?? GOOGLE_WAITING.exec(text)?.groups?.["message"] ?? "";
  if (status === "400" && reason === "invalid") {
    const found = GOOGLE_MACHINE_TYPE.exec(message);
    if (found !== null)
      return { class: "machine-type", names: { ...namesOf(found), code: reason, why: "unknown" } };
  }
  const key = `${status} ${reason}`;
  const byReason = Object.hasOwn(REASONS, key) ? REASONS[key] : undefined;
  if (byReason !== undefined) return { class: byReason, names: { code: reason } };
  if (match !== null) return undefined;
  const known = GOOGLE_MESSAGES.find(([, expression]) => expression.test(message));
  return known === undefined ? undefined : { class: known[0], names: {} };
}

/** Credentials that a provider did not find. Sources: terraform-provider-aws and -google, their `Configure`. */
const NO_CREDENTIALS: readonly RegExp[] = [
  /^No valid credential sources found$/,
  /^(?:Error: )?Attempted to load application default credentials since neither `credentials` nor `access_token` was set in the provider block\./,
];

const TEXT_LENGTH_MAX = 8000;

/**
 * What an answer of AWS or Google in an apply's diagnostic means, `undefined` for any other text. Providers on the plugin SDK write
 * the whole error as the summary, those on the framework as the detail.
 */
export function readCloudError({ summary, detail = "" }: TerraformDiagnostic): Understood | undefined {
  if (summary.length + detail.length > TEXT_LENGTH_MAX) return undefined;
  if (NO_CREDENTIALS.some((expression) => expression.test(summary)))
    return { class: "credentials", names: {} };
  for (const text of detail === "" ? [summary] : [summary, `${summary}: ${detail}`]) {
    const understood = fromAws(text) ?? fromGoogle(text);
    if (understood !== undefined) return understood;
  }
  return undefined;
}
