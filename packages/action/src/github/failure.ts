import { AdapterError, type AdapterErrorKind } from "@apex/core";
import { ErrorAnswer, RequestFailure } from "./schema.ts";

/** Longest part of GitHub's own words in a message, in characters. */
const QUOTE_CHARACTERS_MAX = 300;
/** GitHub asks for a minute's pause where it does not say how long a secondary limit lasts. */
const SECONDARY_LIMIT_MILLISECONDS = 60_000;

/** A request that did not succeed, by what may be done about it. */
export type Failure = {
  /** 0 where nothing was answered. */
  readonly status: number;
  /** What GitHub said, or what became of the connection; one line. */
  readonly message: string;
  readonly requestId: string | undefined;
  /** "issues=write; pull_requests=write", where GitHub says what would have been enough. */
  readonly acceptedPermissions: string | undefined;
  readonly cause: unknown;
} & (
  | { readonly kind: "refused" }
  /** Nothing was done; it may be asked again after the wait. */
  | { readonly kind: "limited"; readonly waitMilliseconds: number; readonly until: Date }
  /** It may have been done, or not. */
  | { readonly kind: "unclear" }
);

/** Reads what was thrown instead of an answer. `now` is in milliseconds since 1970. */
export function readFailure(error: unknown, now: number): Failure {
  const parsed = RequestFailure.safeParse(fieldsOf(error));
  const response = parsed.data?.response;
  if (parsed.data === undefined || response === undefined) {
    const message = quote(connectionMessage(error));
    return {
      kind: "unclear",
      status: 0,
      message,
      requestId: undefined,
      acceptedPermissions: undefined,
      cause: error,
    };
  }
  const { status } = parsed.data;
  const header = (name: string) => response.headers[name]?.toString();
  const facts = {
    status,
    message: answerMessage(response.data, status),
    requestId: header("x-github-request-id"),
    acceptedPermissions: header("x-accepted-github-permissions"),
    cause: error,
  };
  if (status >= 500 || status === 408) return { kind: "unclear", ...facts };
  const wait = status === 403 || status === 429 ? limitWait(facts.message, header, now) : undefined;
  if (wait !== undefined)
    return { kind: "limited", waitMilliseconds: wait, until: new Date(now + wait), ...facts };
  return { kind: "refused", ...facts };
}

/** An answer that succeeded but is not what GitHub describes: cut off, or another server's. */
export function unreadable(reason: string, cause: unknown): Failure {
  const message = quote(`the answer is not what GitHub describes: ${reason}`);
  return { kind: "unclear", status: 0, message, requestId: undefined, acceptedPermissions: undefined, cause };
}

/** The error for the user. `purpose` completes "to …"; `where` is "acme/infrastructure at https://api.github.com". */
export function toAdapterError(failure: Failure, purpose: string, where: string): AdapterError {
  const { status, message, requestId, cause } = failure;
  const answer = status === 0 ? message : `${status} ${message}`;
  const id = requestId === undefined ? "" : ` (request ${requestId})`;
  const verb = failure.kind === "refused" ? "refused" : "did not manage";
  const text = `GitHub ${verb} to ${purpose} of ${where}: ${answer}${id}.`;
  const advice = adviceOn(failure);
  return new AdapterError(kindOf(failure), advice === "" ? text : `${text} ${advice}`, { cause });
}

function kindOf(failure: Failure): AdapterErrorKind {
  if (failure.kind === "limited") return "throttled";
  if (failure.kind === "unclear") return "unavailable";
  if (failure.status === 401 || failure.status === 403) return "denied";
  return failure.status === 404 || failure.status === 410 ? "not-found" : "invalid";
}

function adviceOn(failure: Failure): string {
  if (failure.kind === "limited") {
    return `The rate limit resets at ${failure.until.toISOString()}; run it again then.`;
  }
  if (failure.kind === "unclear") {
    return failure.status === 0
      ? "Check GITHUB_API_URL and the network; behind a proxy, set HTTPS_PROXY and NODE_USE_ENV_PROXY=1."
      : "Run it again later; https://www.githubstatus.com tells about outages.";
  }
  switch (failure.status) {
    case 401:
      return "The token is not valid or has expired; of an app, check that its id and its private key belong together and that this machine's clock is right.";
    case 403:
      return deniedAdvice(failure);
    case 404:
      return "It does not exist, or the token may not see it: check the repository's name and what the token may read.";
    default:
      return "";
  }
}

function deniedAdvice({ message, acceptedPermissions }: Failure): string {
  if (/not permitted to create or approve pull requests/i.test(message)) {
    return "Allow it in the repository's settings: Actions, General, Allow GitHub Actions to create and approve pull requests.";
  }
  if (!/not accessible by/i.test(message)) return "";
  const needed = (acceptedPermissions ?? "")
    .replaceAll("; ", " or ")
    .replaceAll("=", ": ")
    .replaceAll("_", "-");
  const lacks =
    needed === "" ? "The token lacks a permission" : `The token lacks a permission: it needs ${needed}`;
  return `${lacks}; give it in the workflow under \`permissions\`. Pull requests from forks get a token that only reads: let a workflow that \`workflow_run\` starts write for them.`;
}

function limitWait(
  message: string,
  header: (name: string) => string | undefined,
  now: number,
): number | undefined {
  const after = Number(header("retry-after") ?? "none");
  if (Number.isFinite(after)) return Math.max(0, after) * 1000;
  const reset = Number(header("x-ratelimit-reset") ?? "none") * 1000;
  if (header("x-ratelimit-remaining") === "0" && Number.isFinite(reset)) {
    // GitHub's own clock, where it tells it: this machine's may be wrong.
    const sent = Date.parse(header("date") ?? "");
    return Math.max(0, reset - (Number.isFinite(sent) ? sent : now)) + 1000;
  }
  return /secondary rate limit|abuse detection/i.test(message) ? SECONDARY_LIMIT_MILLISECONDS : undefined;
}

function answerMessage(data: unknown, status: number): string {
  const answer = ErrorAnswer.safeParse(data);
  if (!answer.success || answer.data.message === "")
    return status >= 500 ? "server error" : "no reason given";
  const details = (answer.data.errors ?? []).map((error) =>
    typeof error === "string"
      ? error
      : (error.message ?? `${error.field ?? "a field"} is ${error.code ?? "invalid"}`),
  );
  return quote([answer.data.message, ...details].join("; ")).replace(/\.$/, "");
}

function connectionMessage(error: unknown): string {
  const causes: string[] = [];
  for (let cause: unknown = error; cause instanceof Error && causes.length < 4; cause = cause.cause) {
    if (cause.name === "TimeoutError") return "no answer in time";
    if (!causes.includes(cause.message) && cause.message !== "fetch failed") causes.push(cause.message);
  }
  return causes.length === 0 ? "no answer" : `no answer (${causes.join(": ")})`;
}

function fieldsOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, cause } = error;
  return Object.assign({}, error, { message, cause });
}

/** One line without control characters: it may end up in a log that a runner reads commands from. */
function quote(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const characters = Array.from(line);
  return characters.length <= QUOTE_CHARACTERS_MAX
    ? line
    : `${characters.slice(0, QUOTE_CHARACTERS_MAX).join("")}…`;
}
