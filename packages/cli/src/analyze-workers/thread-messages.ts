import type { JudgedProfile, JudgedProfiles, JudgingInput } from "@apex/analysis";
import type { ServicePriceTable } from "@apex/catalog";
import type { AdapterErrorKind } from "@apex/core";

/** What resources are judged by, as plain values: prices are tables. */
export interface PlainInput extends Omit<JudgingInput, "prices"> {
  /** Of a synced catalogue, beside the committed ones. */
  readonly priceTables?: readonly ServicePriceTable[];
}

/** A part of the fleet as a thread judged it; `null` for a verdict that cannot leave the thread. */
export interface ThreadJudged extends Omit<JudgedProfiles, "judged"> {
  readonly judged: readonly (Omit<JudgedProfile, "verdict"> & {
    readonly verdict: JudgedProfile["verdict"] | null;
  })[];
}

/** What a thread says. */
export type FromThread =
  | { readonly kind: "progress"; readonly profiles: number }
  | { readonly kind: "judged"; readonly part: ThreadJudged }
  | {
      readonly kind: "failed";
      readonly error: Error;
      readonly adapterErrorKind: AdapterErrorKind | undefined;
    };
