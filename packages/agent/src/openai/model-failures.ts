import { APIConnectionTimeoutError, APIError } from "openai";
import {
  ModelError,
  type ModelFailure,
  type ModelFailureKind,
  type ModelUsage,
} from "../model/model-client.ts";
import { LimitExceeded } from "./limited-fetch.ts";
import { shownAddress } from "./model-settings.ts";
import { waitOf } from "./retry-after.ts";
import { ServerError } from "./schema.ts";

/** Where a request went, for messages, and what no message may hold. */
export interface Asked {
  readonly model: string;
  /** Absent: OpenAI's own. */
  readonly baseUrl?: string;
  /** Keys and values of headers. */
  readonly secrets: readonly string[];
}

/** Characters of a server's own words that are told. */
const WORDS_MAX = 300;

/** What looks like a key, whoever's it is: servers quote what they were sent. */
const KEY_LIKE = /\b(sk|pk|rk|key|gsk|xai|hf)[-_][\w-]{8,}|\bBearer\s+\S+|\bBasic\s+\S+|\/\/[^\s/@]+@/gi;

/** Text from a server or a library in one line, without secrets. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text.slice(0, 10_000);
  // Longest first: a secret may be part of another one.
  for (const secret of secrets.toSorted((a, b) => b.length - a.length)) {
    if (secret !== "") clean = clean.replaceAll(secret, "[key]");
  }
  clean = clean
    .replace(KEY_LIKE, "[key]")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return clean.length > WORDS_MAX ? `${clean.slice(0, WORDS_MAX)}…` : clean;
}

function addressOf({ baseUrl }: Asked): string {
  return shownAddress(baseUrl ?? "https://api.openai.com/v1");
}

/** Codes and types of errors that mean "pay first": trying again does not help. Source: OpenAI, "Error codes". */
const QUOTA = /insufficient_quota|billing_hard_limit|billing_not_active|insufficient_balance|credit/i;
const RATE = /rate_limit|too_many_requests|resource_exhausted/i;
const DENIED = /invalid_api_key|authentication|permission|unauthorized|forbidden|access_terminated/i;
const INVALID = /invalid_request|context_length|model_not_found|not_found|invalid_value|unsupported/i;

function kindOf(status: number | undefined, words: string): ModelFailureKind {
  if (status === undefined) {
    if (QUOTA.test(words) || DENIED.test(words)) return "denied";
    if (RATE.test(words)) return "rate-limited";
    return INVALID.test(words) ? "invalid" : "unavailable";
  }
  if (status === 429) return QUOTA.test(words) ? "denied" : "rate-limited";
  if (status === 401 || status === 402 || status === 403 || status === 407) return "denied";
  if (status === 408 || status === 409 || status === 425 || status >= 500) return "unavailable";
  return "invalid";
}

function nextStep(kind: ModelFailureKind, status: number | undefined, words: string): string {
  if (kind === "denied") {
    return QUOTA.test(words) || status === 402
      ? "Its account is used up: look at its billing"
      : "Check OPENAI_API_KEY";
  }
  if (status === 404) return "Check APEX_MODEL and OPENAI_BASE_URL (most end in /v1)";
  if (status !== undefined && status >= 300 && status < 400)
    return "It redirects: set OPENAI_BASE_URL to where it leads";
  if (/context_length|maximum context/i.test(words)) return "The conversation is too long for this model";
  return "";
}

/** A code that is a status: some servers put it in the body of a 200, or in the stream. */
function statusOf(error: APIError, told: ServerError | undefined): number | undefined {
  if (error.status !== undefined) return error.status;
  const code = Number(told?.code);
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : undefined;
}

/** The words of an {@link APIError}: what the server said, its code and its type. */
export function complaintOf(error: APIError): string {
  const told = ServerError.safeParse(error.error).data;
  const message = typeof told?.message === "string" ? told.message : error.message;
  return [message, told?.code, told?.type, told?.param].filter((word) => word != null).join(" ");
}

function apiFailure(error: APIError, asked: Asked): ModelFailure {
  const told = ServerError.safeParse(error.error).data;
  const status = statusOf(error, told);
  const words = complaintOf(error);
  const kind = kindOf(status, words);
  const said = withoutSecrets(
    typeof told?.message === "string" ? told.message : error.message,
    asked.secrets,
  );
  const step = nextStep(kind, status, words);
  const head = `${addressOf(asked)} did not answer for the model ${asked.model}`;
  const isPassing = kind === "rate-limited" || kind === "unavailable";
  const retryAfterMs = isPassing ? waitOf(error.headers, { isLimited: kind === "rate-limited" }) : undefined;
  return {
    kind,
    message: `${head}${status === undefined ? "" : ` (status ${status})`}: ${said}${step === "" ? "" : `. ${step}`}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const LIMITS = {
  silence: { kind: "unavailable", words: "sent nothing for too long" },
  total: { kind: "unavailable", words: "did not end its reply in time" },
  size: { kind: "malformed", words: "sent a reply without end" },
} as const satisfies Readonly<Record<LimitExceeded["limit"], { kind: ModelFailureKind; words: string }>>;

/** The code of a system error in a chain of causes: ECONNREFUSED, UND_ERR_SOCKET. */
function codeOf(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    if ("code" in current && typeof current.code === "string") return current.code.slice(0, 40);
    current = current.cause;
  }
  return "";
}

/** A header that `fetch` does not take. Its message quotes the value, which may be a key. */
function isBadHeader(error: unknown): boolean {
  return error instanceof TypeError && /\bheader (name|value)\b/i.test(error.message);
}

function findLimit(error: unknown): LimitExceeded | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    if (current instanceof LimitExceeded) return current;
    current = current.cause;
  }
  return undefined;
}

/** Any error of a turn as what the loop can act on. The original is not kept as cause: it may quote the key. */
export function modelError(error: unknown, asked: Asked): ModelError {
  if (error instanceof ModelError) return error;
  const limit = findLimit(error);
  if (limit !== undefined) {
    const { kind, words } = LIMITS[limit.limit];
    return new ModelError({ kind, message: `${addressOf(asked)} ${words}` });
  }
  if (error instanceof APIConnectionTimeoutError) {
    return new ModelError({ kind: "unavailable", message: `${addressOf(asked)} did not answer in time` });
  }
  const isSent = error instanceof APIError && (error.status !== undefined || error.error !== undefined);
  if (isSent) return new ModelError(apiFailure(error, asked));
  if (error instanceof SyntaxError) {
    return new ModelError({ kind: "malformed", message: `${addressOf(asked)} sent what is not JSON` });
  }
  if (isBadHeader(error)) {
    const message = "The request's headers cannot be sent: look at OPENAI_CUSTOM_HEADERS";
    return new ModelError({ kind: "invalid", message });
  }
  const code = codeOf(error);
  const message = `The connection to ${addressOf(asked)} failed${code === "" ? "" : ` (${code})`}`;
  return new ModelError({ kind: "unavailable", message });
}

/** A reply that came and makes no sense. */
export function malformed(words: string, asked: Asked): ModelError {
  return new ModelError({
    kind: "malformed",
    message: `${addressOf(asked)} ${words} for the model ${asked.model}`,
  });
}

/** The failure with what the turn took until then. */
export function withTaken(
  { failure }: ModelError,
  { usage, isAnyChoice }: { readonly usage: ModelUsage | null; readonly isAnyChoice: boolean },
): ModelError {
  if (usage !== null) return new ModelError({ ...failure, usage });
  return new ModelError(isAnyChoice ? { ...failure, hasBegun: true } : failure);
}
