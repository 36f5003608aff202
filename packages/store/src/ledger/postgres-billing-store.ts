import type { Kysely, Transaction } from "kysely";
import { askDatabase } from "../records/ask-database.ts";
import type { Tables } from "../records/tables.ts";
import { transactWith } from "../records/transact.ts";
import { asTenant } from "../tenants/as-tenant.ts";
import { auditLedger } from "./audit.ts";
import type { BillingStore } from "./billing-store.ts";
import { issueInvoices } from "./issue-invoices.ts";
import { lockBilling } from "./lock-billing.ts";
import {
  markDelivered,
  markFailed,
  markSending,
  markUnheard,
  markUnsent,
  readUndelivered,
} from "./outbox.ts";
import { insertModelUsage, readModelUsage } from "./model-usage.ts";
import { publishRateCards, readRateCards } from "./rate-cards.ts";
import { readCharges } from "./read-charges.ts";
import { readInvoices } from "./read-invoices.ts";
import { keepReasons } from "./reversal-reasons.ts";
import { replaceSavings } from "./replace-savings.ts";
import { reverseCharges } from "./reverse-charges.ts";
import { readSavings } from "./savings.ts";
import { closeDispute, openDispute } from "./savings-disputes.ts";

/** The money of a database that `open` connects to with the first call. What one tenant asks for is read as that tenant. */
export function postgresBillingStore(open: () => Promise<Kysely<Tables>>): BillingStore {
  const query = askDatabase(open, "the database of the ledger");
  const transact = transactWith(query);
  const locked = <T>(tenant: string, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> =>
    transact(async (trx) => {
      await lockBilling(trx, tenant);
      return work(trx);
    });
  return {
    publishRateCards: (cards) => query((db) => publishRateCards(db, cards)),
    rateCards: () => query(readRateCards),
    charges: (asked) => query((db) => asTenant(db, asked.tenant, (trx) => readCharges(trx, asked))),
    issue: (tenant, period, issuedAtMs) =>
      locked(tenant, (trx) => issueInvoices(trx, { tenant, period, issuedAtMs })),
    invoice: (tenant, number) =>
      query((db) => asTenant(db, tenant, async (trx) => (await readInvoices(trx, tenant, number))[0])),
    invoices: (tenant) => query((db) => asTenant(db, tenant, (trx) => readInvoices(trx, tenant))),
    reverse: (tenant, subject, reason) =>
      locked(tenant, async (trx) => {
        const reversals = await reverseCharges(trx, tenant, subject);
        await keepReasons(trx, reversals, reason);
        return reversals;
      }),
    replaceSavings: (replaced, proof, charges) =>
      locked(proof.tenant, (trx) => replaceSavings(trx, replaced, { proof, charges })),
    savings: (tenant) => query((db) => asTenant(db, tenant, (trx) => readSavings(trx, tenant))),
    recordModelUsage: (usage, charges) =>
      locked(usage.tenant, (trx) => insertModelUsage(trx, usage, charges)),
    modelUsage: (tenant, period) =>
      query((db) => asTenant(db, tenant, (trx) => readModelUsage(trx, tenant, period))),
    dispute: (tenant, proofId, reason) =>
      locked(tenant, (trx) => openDispute(trx, { tenant, proofId, reason })),
    decideDispute: (tenant, proofId, outcome) =>
      locked(tenant, (trx) => closeDispute(trx, { tenant, proofId, outcome })),
    audit: () => query(auditLedger),
    undelivered: (limit) => query((db) => readUndelivered(db, limit)),
    markSending: (key) => query((db) => markSending(db, key)),
    markUnheard: (key) => query((db) => markUnheard(db, key)),
    markUnsent: (key) => query((db) => markUnsent(db, key)),
    markDelivered: (key) => query((db) => markDelivered(db, key)),
    markFailed: (key, error) => query((db) => markFailed(db, key, error)),
  };
}
