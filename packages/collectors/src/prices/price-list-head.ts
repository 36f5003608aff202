import { AdapterError } from "@apex/core";
import { z } from "zod";

/** What a price list says of itself. */
export interface PriceListHead {
  /** "AmazonEC2". */
  readonly offer: string;
  /** ISO time of publication. */
  readonly published: string;
}

/** The day of publication. Throws an AdapterError when the list tells none. */
export function publicationDay(head: PriceListHead, name: string): string {
  const parsed = z.iso.datetime().safeParse(head.published);
  if (parsed.success) return parsed.data.slice(0, "2026-01-01".length);
  throw new AdapterError("invalid", `${name} does not tell when it was published; fetch it again`);
}
