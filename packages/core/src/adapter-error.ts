/**
 * What went wrong outside of Apex, in the five meanings that a caller can act on:
 * `not-found` and `denied` need the user, `throttled` and `unavailable` can be tried again, `invalid` is bad input.
 */
export type AdapterErrorKind = "not-found" | "denied" | "throttled" | "unavailable" | "invalid";

/** The one error adapters throw. `message` is written for the user: what, where, and the next step. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
  readonly kind: AdapterErrorKind;

  constructor(kind: AdapterErrorKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}
