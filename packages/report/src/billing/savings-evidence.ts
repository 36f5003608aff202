import { parseJson } from "@apex/core";
import { z } from "zod";
import { decimalSchema as amount } from "../shared-schemas.ts";

/** The newest version that is read here. */
const EVIDENCE_SCHEMA = "apex.savings/v1";

const text = z.string();

/** Only what a report tells of a proof: the document itself stays what it is, byte for byte. */
const evidenceSchema = z.object({
  schema: z.literal(EVIDENCE_SCHEMA),
  id: text,
  replaces: text.nullable(),
  resourceId: text,
  pricingUnit: text,
  month: text,
  currency: text,
  changes: z.array(
    z.object({ id: text, address: text.nullable(), mergedAt: text, from: text, to: text, rule: text }),
  ),
  unitPriceBefore: amount.nullable(),
  parts: z.array(z.object({ usage: amount, before: amount, after: amount })),
  savings: amount,
  /** Not in documents of before the saving was held against the one at list prices. */
  savingsAtEffectivePrices: amount.optional(),
  savingsAtListPrices: z.object({ byShareBefore: amount, byShareAfter: amount }).nullable().default(null),
  /** Not in documents of before a provider's price cut was held against it. */
  savingsAtPricesOfMonth: z.object({ savings: amount }).nullable().default(null),
  note: text.nullable().default(null),
  /** Not in documents of before the changes of a resource were netted. */
  savingsOfAllChanges: amount.optional(),
  carriedIn: amount,
  chargeable: amount,
  carriedOut: amount,
  share: amount,
  fee: amount,
  excluded: z.object({ rows: z.int().min(0), billed: amount }),
  rows: z.int().min(0),
  method: z.array(text),
  query: text,
});

/** What a proof's evidence says. */
export type SavingsEvidence = z.output<typeof evidenceSchema>;

/** A proof as it is kept: its evidence, and what came of it. */
export interface KeptProof {
  readonly id: string;
  readonly evidence: string;
  /** In hexadecimal. */
  readonly evidenceSha256: string;
  /** The proof that was made in its place. */
  readonly replacedBy: string | null;
  /** Times are ISO 8601; `closedAt` and `outcome` are `null` while it is open. */
  readonly dispute: {
    readonly openedAt: string;
    readonly reason: string;
    readonly closedAt: string | null;
    readonly outcome: "upheld" | "rejected" | null;
  } | null;
}

/**
 * Reads the evidence of a proof. Throws a RangeError for any other text: numbers that are charged by must not be shown from a
 * document that is not theirs.
 */
export function readSavingsEvidence({ id, evidence }: Pick<KeptProof, "id" | "evidence">): SavingsEvidence {
  const checked = evidenceSchema.safeParse(parseJson(evidence));
  if (!checked.success) {
    const where = checked.error.issues[0]?.path.join(".") ?? "";
    throw new RangeError(
      `the evidence of ${id} is no ${EVIDENCE_SCHEMA}${where === "" ? "" : `, at ${where}`}`,
    );
  }
  if (checked.data.id !== id) throw new RangeError(`the evidence of ${id} is that of ${checked.data.id}`);
  return checked.data;
}
