/** What a fact is of. */
export interface FactSubject {
  readonly resourceId: string;
  readonly address: string | null;
  /** What people call it. */
  readonly name?: string;
}

/** What a fact tells. */
export type FactKind =
  /** What is to be changed, or was. */
  | "recommendation"
  /** What would be changed and cannot be written. */
  | "not-applicable"
  /** Why a rule leaves a resource alone. */
  | "abstention"
  /** What a cloud's own recommender thinks. */
  | "opinion"
  /** What the sandbox found. */
  | "validation"
  /** A price that is not known. */
  | "unpriced"
  /** What it costs. */
  | "cost"
  | "diagnostic"
  /** What the whole run rests on, found and saves. */
  | "run";

/** One thing that a report says, in words and with the place where it says so. */
export interface Fact {
  readonly kind: FactKind;
  /** `null`: of the whole run. */
  readonly subject: FactSubject | null;
  /** Where it stands in the report: a JSON pointer (RFC 6901), `/abstentions/3`. */
  readonly reference: string;
  /** Whole sentences; the first alone tells the gist. */
  readonly sentences: readonly string[];
  /** Sentences for who asks what is missing. */
  readonly unknowns?: readonly string[];
}
