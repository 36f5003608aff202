import { AdapterError, type AdapterErrorKind } from "@apex/core";

/** What Redis and PostgreSQL answer when they are reached and do not want us. */
const DENIED =
  /NOAUTH|WRONGPASS|NOPERM|password authentication|no pg_hba|permission denied|28P01|28000|42501/i;

/** BullMQ's numbers for a ticket that is not ours any more: gone, without our lock, or in another state. */
const NOT_OURS = new Set([-1, -2, -3, -6]);

/** A failure of the queue's server in the words and kinds that a caller can act on. Never shows the URL: it holds a password. */
export function queueError(cause: unknown, where: string): AdapterError {
  if (cause instanceof AdapterError) return cause;
  const message = messageOf(cause);
  const kind: AdapterErrorKind = DENIED.test(`${codeOf(cause)} ${message}`) ? "denied" : "unavailable";
  return new AdapterError(
    kind,
    `${where} ${kind === "denied" ? "refuses access" : "does not answer"}: ${message}`,
    {
      cause,
    },
  );
}

/** Whether somebody else has the ticket now, which is nothing to worry about: the records decide. */
export function isNotOurs(cause: unknown): boolean {
  return NOT_OURS.has(Number(codeOf(cause)));
}

/**
 * Whether the records as a whole cannot be asked now. Any other failure is about the very run: asked again they would say it again.
 */
export function isAway(cause: unknown): boolean {
  return cause instanceof AdapterError && ["unavailable", "throttled", "denied"].includes(cause.kind);
}

/** An AggregateError of several addresses has an empty message of its own. */
export function messageOf(cause: unknown): string {
  return (cause instanceof Error && cause.message !== "" ? cause.message : codeOf(cause)) || String(cause);
}

function codeOf(cause: unknown): string {
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}
