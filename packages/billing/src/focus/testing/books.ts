import { decimal } from "@apex/core";
import { invoicedUntil } from "../../billing-month.ts";
import { addMonths, monthPeriod } from "../../calendar-month.ts";
import { chargesOf, reversalOf } from "../../charge.ts";
import { buildInvoice, type Invoice } from "../../invoice.ts";
import { PUBLISHED_RATE_CARDS } from "../../published-rate-cards.ts";
import { chargeRun } from "../../run-charges.ts";
import type { BilledCharge, FocusExport } from "../focus-rows.ts";

const [CARD] = PUBLISHED_RATE_CARDS;

/** Charges and invoices of one tenant, as a store keeps them. */
export class Books {
  #charges: BilledCharge[] = [];
  readonly #invoices: Invoice[] = [];

  /** A run that ended with a verdict. */
  settle(runId: string, usage: { cpuNs: bigint; byteMs: bigint; gpuMs?: bigint }, cap = "1000000"): void {
    if (CARD === undefined) throw new Error("there is no card");
    const gpuMs = usage.gpuMs ?? 0n;
    const charge = chargeRun(
      {
        ending: { kind: "verdict", isOurFault: false },
        usage: {
          cpuNs: usage.cpuNs,
          memoryReservedByteMs: usage.byteMs,
          gpuMs,
          gpuModel: gpuMs === 0n ? null : "nvidia-t4",
        },
        cap: decimal(cap),
      },
      CARD,
    );
    if (charge.kind === "free") return;
    const subject = {
      tenant: "acme",
      subject: runId,
      from: "2026-11-03T10:00:00.250Z",
      at: "2026-11-03T10:02:11.750Z",
    };
    this.#charges.push(
      ...chargesOf(subject, charge.rated).map((made) => ({ ...made, attempt: 1, invoice: null })),
    );
  }

  /** Takes back what a run was charged and is not taken back yet. */
  reverse(runId: string): void {
    const taken = new Set(this.#charges.map(({ reverses }) => reverses));
    const open = this.#charges.filter(
      ({ subject, reverses, id }) => subject === runId && reverses === null && !taken.has(id),
    );
    for (const charge of open) {
      this.#charges.push({ ...reversalOf(charge), attempt: 1, invoice: null });
    }
  }

  /** The invoice of the next month, the first of 2026-11: all usage here is of that month, so that it is late for those after. */
  issue(): void {
    const open = this.#charges.filter(({ invoice }) => invoice === null);
    if (open.length === 0) return;
    const number = `2026-${String(this.#invoices.length + 1).padStart(6, "0")}`;
    const period = monthPeriod(addMonths("2026-11", this.#invoices.length));
    this.#invoices.push(
      buildInvoice({ number, tenant: "acme", currency: "USD", period, issuedAt: period.end }, open),
    );
    this.#charges = this.#charges.map((charge) =>
      charge.invoice === null ? { ...charge, invoice: number } : charge,
    );
  }

  get export(): FocusExport {
    return {
      account: { id: "acme", name: "Acme Inc." },
      charges: this.#charges,
      invoices: this.#invoices,
      invoicedUntil: invoicedUntil(this.#invoices),
    };
  }
}
