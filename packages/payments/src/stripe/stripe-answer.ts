import { parseJson } from "@apex/core";
import { z } from "zod";

/** What Stripe answers when it does not do what was asked; only what is looked at. */
const stripeErrorSchema = z.object({
  error: z.object({
    type: z.string().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
});

/** Stripe's own words. */
interface StripeError {
  readonly code: string | undefined;
  readonly message: string;
}

/** The event that Stripe says it has. */
const takenSchema = z.object({ identifier: z.string() });

const MESSAGE_MAX = 300;

/** Stripe's error of an answer's body. A body that is none (a proxy's page) is quoted at its beginning. */
function readStripeError(body: string): StripeError {
  const parsed = stripeErrorSchema.safeParse(parseJson(body));
  if (!parsed.success) return { code: undefined, message: body.trim().slice(0, MESSAGE_MAX) };
  const { code, message } = parsed.data.error;
  return { code, message: (message ?? code ?? "").slice(0, MESSAGE_MAX) };
}

/** What became of an event. */
export type SendOutcome =
  /** Stripe has it, from this time or from an earlier one. */
  | { readonly kind: "taken" }
  | {
      /** Stripe will not take this event; is not there, or not now; does not accept the key. */
      readonly kind: "refused" | "unavailable" | "denied";
      /** Without a full stop, without any key. */
      readonly reason: string;
      /** Whether it may have been taken all the same. */
      readonly mayBeHeard: boolean;
    };

/** What Stripe answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Stripe-Should-Retry. */
  readonly shouldRetry: string | null;
  readonly retryAfter: string | null;
}

/** What a request came to, and whether another one can help. */
export interface Judged {
  readonly outcome: SendOutcome;
  readonly again: { readonly asNew: boolean; readonly afterMs: number | undefined } | null;
}

/** Whether the answer says that an event of this identifier is there already: then it was taken before. */
function isDuplicate(status: number, { message }: StripeError, identifier: string): boolean {
  return (
    (status === 400 || status === 409) &&
    message.includes("already exists with identifier") &&
    message.includes(identifier)
  );
}

/** Codes of Node's network errors that happen before a request can have left. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** What a request without an answer comes to, of what `fetch` threw. */
export function judgeNetworkError(error: unknown, withoutKeys: (text: string) => string): Judged {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  const said = code ?? (cause instanceof Error ? cause.message : String(cause));
  const isLate = error instanceof Error && error.name === "TimeoutError";
  return {
    outcome: {
      kind: "unavailable",
      reason: isLate ? "Stripe did not answer in time" : `Stripe could not be reached (${withoutKeys(said)})`,
      mayBeHeard: isLate || code === undefined || !NEVER_SENT.has(code),
    },
    again: { asNew: false, afterMs: undefined },
  };
}

function retryAfterMs(header: string | null): number | undefined {
  // The header may be a date as well, which Stripe does not send.
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** A page of a proxy's is no event, whatever its status says: charges must not get lost in it. */
function judgeSuccess(body: string, identifier: string): Judged {
  const taken = takenSchema.safeParse(parseJson(body));
  if (taken.success && taken.data.identifier === identifier) {
    return { outcome: { kind: "taken" }, again: null };
  }
  const reason = `what answered does not read like Stripe: ${body.trim().slice(0, MESSAGE_MAX)}`;
  return { outcome: { kind: "unavailable", reason, mayBeHeard: true }, again: null };
}

/** What an answer means. */
export function judge({ status, body, shouldRetry, retryAfter }: Answer, identifier: string): Judged {
  if (status >= 200 && status < 300) return judgeSuccess(body, identifier);
  const error = readStripeError(body);
  if (isDuplicate(status, error, identifier)) return { outcome: { kind: "taken" }, again: null };
  const reason = `Stripe answered ${status}${error.message === "" ? "" : `: ${error.message}`}`;
  if (status === 401 || status === 403)
    return { outcome: { kind: "denied", reason, mayBeHeard: false }, again: null };
  // 409: a request of the same key is still on its way. What is refused or turned away was not heard.
  const mayBeHeard = status >= 500 || status === 409;
  const isPassing = mayBeHeard || status === 429 || status === 408;
  const canHelp = shouldRetry === null ? isPassing : shouldRetry === "true";
  return {
    outcome: { kind: isPassing || canHelp ? "unavailable" : "refused", reason, mayBeHeard },
    again: canHelp ? { asNew: status >= 500, afterMs: retryAfterMs(retryAfter) } : null,
  };
}
