import {
  canonicalJson,
  type Currency,
  type Decimal,
  formatInstant,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseDecimal,
} from "@apex/core";
import type { CalendarMonth } from "../calendar-month.ts";
import type { BillAccount } from "./bill-account.ts";
import { SAVINGS_SHARE, type SharedSavings } from "./carry-over.ts";
import { CUR_VIEW, savingsQuery } from "./savings-query.ts";

/** Version of the evidence document. */
const SAVINGS_SCHEMA = "apex.savings/v1";

/** How the numbers come about, for whoever reads only the document. */
const METHOD = [
  "Only rows of FOCUS ChargeCategory Usage of this resource count, in this PricingUnit; purchases of commitments and taxes do not.",
  "Where a discount or a credit on the resource is a row of its own (ChargeCategory Adjustment or Credit, in this PricingUnit or none) in a time that is compared, nothing is proven: what was really paid is in no row of usage.",
  "EffectiveCost is restated to the ListUnitPrice that the same SkuPriceId (else SkuId) has in the first of the rows: a provider's new price is no saving.",
  "A phase's unit price is its restated EffectiveCost by its PricingQuantity, to 12 places. Phase 0 is the time before the first merge.",
  "At effective prices a change saves what the usage of the month would have cost at the price of the phase before, less what it cost in the phase that the change began, or would have cost at that phase's price where others followed.",
  "At list prices it is the same, with the ListUnitPrice that EffectiveCost is restated to times PricingQuantity in place of EffectiveCost. paidShareOfList is restated EffectiveCost by that list cost, to 12 places, in the phase before and in the month since the change.",
  "The saving is the smallest of three: at effective prices, at list prices times paidShareOfList before, and at list prices times paidShareOfList after. A commitment that began after the change is no saving of it. Where the list cost of a row is not known, it is the one at effective prices.",
  "Where what was billed in the month since the change is above 0 and less than its restated EffectiveCost, the saving is no more than it times the one by the other, to 12 places (savingsAtPricesOfMonth): where the provider became cheaper, the customer would pay less without the change too.",
  "Where rows of several SkuId (else SkuPriceId) lie at the same time, corrections aside, nothing is proven: the hours of a licence are no hours of the resource.",
  "The UTC day of a merge, and rows that reach over the edge of a phase, are in no sum.",
  "Only months count all of whose rows have an invoice. What is left of a month's savings of all changes of the resource, after what they lost in it and in earlier months is made good, is shared by what each saved; what is not made good is carried over.",
];

/** Which proof it is. */
export interface ProofIdentity {
  /** "sav-3f9a…", derived from the tenant, the resource, the change and the month; "sav-3f9a…-2" where it is proven anew. */
  readonly id: string;
  /** The proof in whose place it stands, whose charge is to be taken back. */
  readonly replaces: string | null;
  /** More of them, where what was proven of several changes is now proven of all together. */
  readonly alsoReplaces: readonly string[];
}

/** What an evidence document says of itself, for comparing a later bill with it. */
export interface KnownProof {
  readonly id: string;
  readonly unit: string;
  readonly month: CalendarMonth;
  readonly currency: Currency;
  /** Whose bills had the usage; none where the document does not tell. */
  readonly accounts: readonly BillAccount[];
  readonly changes: readonly string[];
  readonly savings: Decimal;
  readonly chargeable: Decimal;
  /** Proofs that it stands in place of. */
  readonly replaces: readonly string[];
}

/** What is kept as proof of a month's savings: every number, and the query that makes it anew. */
export function savingsEvidence(
  savings: SharedSavings,
  { id, replaces, alsoReplaces }: ProofIdentity,
): string {
  const document: JsonObject = {
    schema: SAVINGS_SCHEMA,
    id,
    replaces,
    alsoReplaces,
    tenant: savings.tenant,
    resourceId: savings.resourceId,
    pricingUnit: savings.unit,
    month: savings.month,
    currency: savings.currency,
    accounts: savings.accounts.map((account): JsonObject => ({ ...account })),
    changes: savings.changes.map((change): JsonObject => ({ ...change })),
    phases: savings.phases.map(
      ({ startMs, endMs, changes }): JsonObject => ({
        start: formatInstant(startMs),
        end: Number.isFinite(endMs) ? formatInstant(endMs) : null,
        changes: changes.map((change) => change.id),
      }),
    ),
    baseline: savings.baseline === null ? null : { ...savings.baseline },
    phase: savings.phase,
    unitPriceBefore: savings.priceBefore,
    parts: savings.parts.map((part): JsonObject => ({ ...part })),
    savingsAtEffectivePrices: savings.atEffectivePrices,
    savingsAtListPrices: savings.atListPrices === null ? null : { ...savings.atListPrices },
    savingsAtPricesOfMonth: savings.atPricesOfMonth === null ? null : { ...savings.atPricesOfMonth },
    savings: savings.savings,
    note: savings.note,
    savingsOfAllChanges: savings.savingsOfAllChanges,
    carriedIn: savings.carriedIn,
    chargeable: savings.chargeable,
    carriedOut: savings.carriedOut,
    share: SAVINGS_SHARE,
    fee: savings.fee,
    paidShareOfList: { ...savings.paidShareOfList },
    excluded: { ...savings.excluded },
    rows: savings.rows,
    method: METHOD,
    query: savingsQuery(savings),
    viewOverCur: CUR_VIEW,
  };
  return canonicalJson(document);
}

function parsed(evidence: string): JsonValue {
  try {
    return JSON.parse(evidence) as JsonValue;
  } catch (cause) {
    throw new RangeError("the evidence of savings is no JSON", { cause });
  }
}

function textsAt(document: JsonObject, key: string): readonly string[] {
  const value = document[key] ?? [];
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((one: JsonValue) => {
    const text = isJsonObject(one) ? one["id"] : one;
    return typeof text === "string" ? [text] : [];
  });
}

function accountsOf({ accounts }: JsonObject): readonly BillAccount[] {
  if (!Array.isArray(accounts)) return [];
  return accounts.filter(isJsonObject).flatMap(({ provider, billingAccountId, subAccountId }) => {
    if (typeof provider !== "string" || typeof billingAccountId !== "string") return [];
    return [
      { provider, billingAccountId, subAccountId: typeof subAccountId === "string" ? subAccountId : null },
    ];
  });
}

/** Reads an evidence document that {@link savingsEvidence} wrote. Throws a RangeError for any other text. */
export function readEvidence(evidence: string): KnownProof {
  const document = parsed(evidence);
  if (isJsonObject(document) && document["schema"] === SAVINGS_SCHEMA) {
    const [id, unit, month, currency] = ["id", "pricingUnit", "month", "currency"].map(
      (key) => textsAt(document, key)[0],
    );
    const [savings, chargeable] = ["savings", "chargeable"].map((key) =>
      parseDecimal(textsAt(document, key)[0] ?? ""),
    );
    const changes = textsAt(document, "changes");
    const isWhole = changes.length > 0 && savings !== undefined && chargeable !== undefined;
    const isNamed = id !== undefined && unit !== undefined && month !== undefined;
    if (isWhole && isNamed && currency !== undefined) {
      const replaces = [...textsAt(document, "replaces"), ...textsAt(document, "alsoReplaces")];
      const accounts = accountsOf(document);
      return { id, unit, month, currency, accounts, changes, savings, chargeable, replaces };
    }
  }
  throw new RangeError(`not evidence of savings as ${SAVINGS_SCHEMA} has it`);
}
