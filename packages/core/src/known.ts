/**
 * A value that may not be known, with the reason why. Unknown is not zero: a missing price, metric or dimension
 * stays visible as such to the very end and never yields a saving.
 */
export type Known<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly reason: string };

/** Wraps a value that is known. */
export function known<T>(value: T): Known<T> {
  return { kind: "known", value };
}

/** States that a value is not known, and why: "no memory metric for i-0abc in the window". */
export function unknown(reason: string): Known<never> {
  return { kind: "unknown", reason };
}
