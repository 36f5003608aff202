import type { AdapterError, CollectionPart } from "@apex/core";

/** A part that says why it cannot be collected: a region that is off, an account that refuses. */
export function failedPart(key: string, title: string, error: AdapterError): CollectionPart {
  return {
    key,
    title,
    collect: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) }),
  };
}
