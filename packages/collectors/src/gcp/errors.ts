import { AdapterError, type AdapterErrorKind } from "@apex/core";
import { messageOf } from "../files/errors.ts";
import type { GcpCall } from "./calls.ts";
import { failureOf, type GcpFailure, isPassing } from "./failure.ts";

/** What was asked, of which project. */
export interface AskedCall {
  readonly call: GcpCall;
  /** The project whose resources, or whose quota, it was about; absent for the public price list. */
  readonly project?: string;
}

/**
 * The one place where a failure of Google Cloud becomes a line for the user: what, where, and the next step. An AdapterError
 * stays as it is.
 */
export function gcpError(error: unknown, asked: AskedCall): AdapterError {
  if (error instanceof AdapterError) return error;
  const failure = failureOf(error);
  const found = EXPLANATIONS.map((explain) => explain(failure, asked)).find((line) => line !== undefined);
  const { kind, message } = found ?? unexplained(failure, asked);
  return new AdapterError(kind, message, { cause: error });
}

/** Credentials that cannot even be had, before anything is asked. */
export function credentialsError(error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const failure = failureOf(error);
  const line = tokenRefused(failure) ??
    offline(failure) ?? {
      kind: "denied" as const,
      message: /could not load the default credentials/i.test(failure.message)
        ? `there are no Google Cloud credentials here. ${LOG_IN}`
        : `the Google Cloud credentials cannot be used: ${brokenFile(error) ?? failure.message}. ${LOG_IN}`,
    };
  return new AdapterError(line.kind, line.message, { cause: error });
}

/** The parser's own words quote what it could not read, which may be the key; OpenSSL's are understood by nobody. */
function brokenFile(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return "their file is no JSON";
  return /\bDECODER routines\b|PEM routines/.test(messageOf(error))
    ? "the private key in their file is damaged"
    : undefined;
}

/** Where tokens come from does not answer: a login would not help. Files that are missing have codes too. */
function offline({ httpStatus, networkCode }: GcpFailure): Line | undefined {
  if (httpStatus !== undefined || networkCode === undefined || !OFFLINE_CODES.has(networkCode))
    return undefined;
  return {
    kind: "unavailable",
    message: `the server that gives out Google Cloud's tokens cannot be reached (${networkCode}). Check the network and HTTPS_PROXY`,
  };
}

/** Node's codes for a peer that does not answer. */
const OFFLINE_CODES: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
]);

interface Line {
  readonly kind: AdapterErrorKind;
  readonly message: string;
}

type Explain = (failure: GcpFailure, asked: AskedCall) => Line | undefined;

const LOG_IN =
  "Run: gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file";

/** In this order: a reason says more than a status, a status more than a number. */
const EXPLANATIONS: readonly Explain[] = [
  tokenRefused,
  serviceDisabled,
  billingDisabled,
  projectMissing,
  tooMany,
  permissionMissing,
  notThere,
  unreachable,
];

/** OAuth's token endpoint refused, or a token was refused. Source: RFC 6749 §5.2; AIP-193 for UNAUTHENTICATED. */
function tokenRefused({ status, httpStatus, reasons, message }: GcpFailure): Line | undefined {
  if (status === "invalid_grant" || status === "invalid_rapt" || reasons.includes("invalid_rapt")) {
    return {
      kind: "denied",
      message: `the Google Cloud credentials have expired or were revoked (${message}). ${LOG_IN}`,
    };
  }
  if (httpStatus !== 401 && status !== "invalid_client") return undefined;
  const how = reasons.includes("ACCESS_TOKEN_EXPIRED") ? "the access token has expired" : message;
  return { kind: "denied", message: `Google Cloud does not accept the credentials: ${how}. ${LOG_IN}` };
}

function serviceDisabled({ reasons, metadata }: GcpFailure, { call, project }: AskedCall): Line | undefined {
  if (!reasons.includes("SERVICE_DISABLED") && !reasons.includes("accessNotConfigured")) return undefined;
  const service = named(metadata["service"]) ?? `${call.service}.googleapis.com`;
  // The consumer is the project that lacks it: not always the one that is asked about, but the one that pays.
  const consumer = named(metadata["consumer"]?.replace(/^projects\//, "")) ?? project;
  return {
    kind: "denied",
    message: `cannot ${call.action}: ${service} is not enabled${inProject(consumer)}. Run: gcloud services enable ${service}${consumer === undefined ? "" : ` --project ${consumer}`}`,
  };
}

function billingDisabled({ reasons, metadata }: GcpFailure, { call, project }: AskedCall): Line | undefined {
  if (!reasons.includes("BILLING_DISABLED")) return undefined;
  const consumer = named(metadata["consumer"]?.replace(/^projects\//, "")) ?? project;
  return {
    kind: "denied",
    message: `cannot ${call.action}: billing is off${inProject(consumer)}, and Google answers nothing then. Link a billing account to it, or leave it out`,
  };
}

function projectMissing(failure: GcpFailure, { call, project }: AskedCall): Line | undefined {
  const { reasons, httpStatus, message } = failure;
  const isInvalid = reasons.includes("CONSUMER_INVALID") || reasons.includes("USER_PROJECT_DENIED");
  const isAbsent = httpStatus === 404 && /project/i.test(message) && call.service !== "bigquery";
  if (project === undefined || (!isInvalid && !isAbsent)) return undefined;
  return {
    kind: "not-found",
    message: `cannot ${call.action}: there is no project ${project}, or these credentials may not know of it (${message}). See: gcloud projects list`,
  };
}

function tooMany(failure: GcpFailure, { call, project }: AskedCall): Line | undefined {
  const isQuota = failure.httpStatus === 429 || failure.reasons.some((reason) => /quota|limit/i.test(reason));
  if (!isQuota) return undefined;
  const hint = isPassing(failure) ? "Collect again later; what is done stays" : "The quota must be raised";
  return {
    kind: "throttled",
    message: `cannot ${call.action}${inProject(project)}: the quota is used up (${failure.message}). ${hint}`,
  };
}

function permissionMissing(failure: GcpFailure, { call, project }: AskedCall): Line | undefined {
  if (failure.httpStatus !== 403) return undefined;
  const said =
    named(failure.metadata["permission"]) ?? /'([a-z]+\.\w+\.\w+)' permission/i.exec(failure.message)?.[1];
  const permissions = said === undefined ? call.permissions : [said];
  const lacking =
    permissions.length === 0 ? failure.message : `the permission ${permissions.join(" and ")} is missing`;
  return {
    kind: "denied",
    message: `cannot ${call.action}${inProject(project)}: ${lacking}. Grant a role that has it; apex permissions gcp prints the least`,
  };
}

function notThere({ httpStatus, message }: GcpFailure, { call, project }: AskedCall): Line | undefined {
  if (httpStatus !== 404) return undefined;
  return { kind: "not-found", message: `cannot ${call.action}${inProject(project)}: ${message}` };
}

function unreachable(failure: GcpFailure, { call, project }: AskedCall): Line | undefined {
  const { httpStatus, networkCode, message } = failure;
  if (httpStatus === undefined && networkCode !== undefined) {
    return {
      kind: "unavailable",
      message: `cannot ${call.action}${inProject(project)}: ${call.service}.googleapis.com cannot be reached (${networkCode}). Check the network and HTTPS_PROXY`,
    };
  }
  if (httpStatus === undefined || httpStatus < 500) return undefined;
  return {
    kind: "unavailable",
    message: `cannot ${call.action}${inProject(project)}: Google answers ${httpStatus} (${message}). Collect again later; what is done stays`,
  };
}

function unexplained(failure: GcpFailure, { call, project }: AskedCall): Line {
  return { kind: "invalid", message: `cannot ${call.action}${inProject(project)}: ${failure.message}` };
}

function inProject(project: string | undefined): string {
  return project === undefined ? "" : ` in project ${project}`;
}

/** A name out of an answer that goes into a command to copy: nothing but a name's letters. */
function named(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.:-]{1,100}$/.test(text) ? text : undefined;
}
