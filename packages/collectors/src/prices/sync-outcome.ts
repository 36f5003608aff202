/** What became of one list in one region. A failed one leaves the catalogue as it was. */
export type SyncOutcome = { readonly list: string; readonly region: string } & (
  | {
      readonly kind: "synced";
      readonly date: string;
      readonly prices: number;
      readonly ambiguous: readonly string[];
    }
  | { readonly kind: "unchanged"; readonly date: string; readonly prices: number }
  | { readonly kind: "failed"; readonly reason: string }
);
