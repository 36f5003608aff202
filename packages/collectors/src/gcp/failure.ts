import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "@apex/core";

/** What one failed call says, whichever client made it. */
export interface GcpFailure {
  /** HTTP's status; absent when no answer came. */
  readonly httpStatus?: number;
  /** "PERMISSION_DENIED"; or OAuth's word: "invalid_grant". */
  readonly status?: string;
  /** The reason in Google's own word: "SERVICE_DISABLED", "rateLimitExceeded". */
  readonly reasons: readonly string[];
  /** What belongs to the reason: `service`, `consumer`, `permission`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly message: string;
  /** What the answer asks to wait. */
  readonly retryAfterMs?: number;
  /** The operating system's word where no answer came: "ECONNREFUSED". */
  readonly networkCode?: string;
}

/** Characters of a message that are kept: a proxy may answer with a page of HTML. */
const MESSAGE_LENGTH_MAX = 300;

/** Reads an error of google-auth-library, which carries the answer, or of the system, which carries a code. */
export function failureOf(error: unknown): GcpFailure {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const response = responseOf(thrown);
  const networkCode = networkCodeOf(thrown);
  if (response === undefined) {
    return {
      reasons: [],
      metadata: {},
      message: plain(thrown.message),
      ...(networkCode === undefined ? {} : { networkCode }),
    };
  }
  // A client that reads answers as streams leaves the body in the error's message.
  const body = [response.data, parseJson(thrown.message)].find((value) => isJsonObject(value)) ?? {};
  const retryAfterMs = retryAfterOf(response.headers?.get("retry-after") ?? undefined);
  return {
    httpStatus: response.status,
    ...describe(body, thrown.message),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: { get(name: string): string | null };
  readonly data?: JsonValue;
}

function responseOf(error: Error): Answer | undefined {
  const response: unknown = "response" in error ? error.response : undefined;
  if (typeof response !== "object" || response === null) return undefined;
  return "status" in response && typeof response.status === "number" ? (response as Answer) : undefined;
}

/** fetch hides the system's error in the cause of its own "fetch failed", sometimes two deep. */
function networkCodeOf(error: Error): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    if ("code" in current && typeof current.code === "string") return current.code;
    current = current.cause;
  }
  return undefined;
}

type Described = Pick<GcpFailure, "status" | "reasons" | "metadata" | "message">;

/** Source: google.rpc.Status in AIP-193, the older `errors` list of Compute Engine, and RFC 6749 §5.2 of the token endpoint. */
function describe(body: JsonObject, fallback: string): Described {
  const error = body["error"];
  if (typeof error === "string") {
    const text = body["error_description"];
    return {
      status: error,
      reasons: texts([body["error_subtype"]]),
      metadata: {},
      message: plain(typeof text === "string" ? text : error),
    };
  }
  if (!isJsonObject(error)) return { reasons: [], metadata: {}, message: plain(fallback) };
  const infos = objects(error["details"]).filter(({ "@type": type }) => {
    return typeof type === "string" && type.endsWith("google.rpc.ErrorInfo");
  });
  const metadata = Object.assign({}, ...infos.map((info) => textsOf(info["metadata"])));
  const reasons = texts([
    ...infos.map((info) => info["reason"]),
    ...objects(error["errors"]).map((entry) => entry["reason"]),
  ]);
  const [status] = texts([error["status"]]);
  const [message] = texts([error["message"]]);
  return {
    ...(status === undefined ? {} : { status }),
    reasons,
    metadata,
    message: plain(message ?? fallback),
  };
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((entry: JsonValue) => isJsonObject(entry)) : [];
}

function texts(values: readonly (JsonValue | undefined)[]): readonly string[] {
  return values.filter((value): value is string => typeof value === "string" && value !== "");
}

function textsOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

/** One line, without what a terminal would obey. */
function plain(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
  return line.length > MESSAGE_LENGTH_MAX ? `${line.slice(0, MESSAGE_LENGTH_MAX)}…` : line;
}

/** Seconds, or an HTTP date. Source: RFC 9110 §10.2.3. */
function retryAfterOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** Reasons for which a 403 of the older services passes by itself. Source: Compute Engine, "Rate quotas". */
const PASSING_REASONS = new Set(["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]);

/** Reasons for which waiting does not help although the status says "too many". */
const LASTING_REASONS = new Set(["dailyLimitExceeded", "quotaExceeded", "RESOURCE_QUOTA_EXCEEDED"]);

/** System errors that another attempt may not meet. */
const PASSING_NETWORK_CODES =
  /^(ECONNRESET|ECONNREFUSED|ETIMEDOUT|EPIPE|EAI_AGAIN|UND_ERR_.*|ERR_STREAM_PREMATURE_CLOSE|TimeoutError)$/;

/** Whether the same call may succeed in a moment. */
export function isPassing(failure: GcpFailure): boolean {
  const { httpStatus, reasons, networkCode } = failure;
  if (reasons.some((reason) => LASTING_REASONS.has(reason))) return false;
  if (reasons.some((reason) => PASSING_REASONS.has(reason))) return true;
  if (httpStatus === undefined) return networkCode !== undefined && PASSING_NETWORK_CODES.test(networkCode);
  return httpStatus === 408 || httpStatus === 429 || (httpStatus >= 500 && httpStatus !== 501);
}
