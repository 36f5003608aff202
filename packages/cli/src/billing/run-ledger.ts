import { currencyDigits, PUBLISHED_RATE_CARDS, rateCardAt } from "@apex/billing";
import { decimal, formatInstant, formatMoney, multiply, sumDecimals } from "@apex/core";
import type { OpenRecordStores } from "@apex/store";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { textTable } from "./text-table.ts";
import { requireTenant, withStore } from "./with-store.ts";

const HUNDRED = decimal(100);

interface TenantOption {
  readonly tenant: string;
  readonly json?: boolean;
}

/** `apex billing list`: a tenant's invoices, and what is open. */
export async function runInvoiceList(io: Io, { tenant, json }: TenantOption): Promise<ExitCode> {
  const { invoices, open } = await withStore(io, async (store) => {
    await requireTenant(store, tenant);
    return {
      invoices: await store.billing.invoices(tenant),
      open: await store.billing.charges({ tenant, isOpen: true }),
    };
  });
  const openTotals = [...Map.groupBy(open, ({ currency }) => currency)].map(([currency, charges]) => ({
    currency,
    charges: charges.length,
    amount: sumDecimals(charges.map(({ amount }) => amount)),
  }));
  if (json === true) {
    io.out(`${JSON.stringify({ invoices, open: openTotals }, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  const rows = invoices.map(({ number, period, issuedAt, total, currency, lines }) => [
    number,
    `${period.start.slice(0, 10)} to ${period.end.slice(0, 10)}`,
    issuedAt.slice(0, 10),
    String(lines.reduce((sum, { charges }) => sum + charges.length, 0)),
    formatMoney({ amount: total, currency }, currencyDigits(currency)),
  ]);
  if (rows.length === 0) io.out("No invoice was issued yet.\n");
  else {
    const columns = [{ heading: "number" }, { heading: "period (end excluded)" }, { heading: "issued" }];
    const right = ["charges", "total"].map((heading) => ({ heading, align: "right" as const }));
    io.out(textTable([...columns, ...right], rows));
  }
  for (const { charges, amount, currency } of openTotals) {
    const count = `${charges} charge${charges === 1 ? "" : "s"}`;
    io.out(`${formatMoney({ amount, currency })} of ${count} on no invoice yet.\n`);
  }
  return EXIT_CODES.done;
}

/** A proof whose fee was taken back by hand would be charged again with the next bill that says otherwise; a dispute keeps that from it. */
async function requireNoProof({ billing }: OpenRecordStores, tenant: string, subject: string): Promise<void> {
  if (!(await billing.savings(tenant)).some(({ id }) => id === subject)) return;
  throw new CommandError(
    EXIT_CODES.badInput,
    `${subject} is a proof of savings, which later bills would charge again: take its fee back with \`apex billing savings dispute ${subject}\`, and decide it "upheld"`,
  );
}

/** `apex billing reverse`: takes all charges of a run back. Exit 1 when there is nothing (more) to take back. */
export async function runReverse(
  io: Io,
  { subject, reason, tenant, json }: TenantOption & { readonly subject: string; readonly reason: string },
): Promise<ExitCode> {
  const reversals = await withStore(io, async (store) => {
    await requireTenant(store, tenant);
    await requireNoProof(store, tenant, subject);
    return store.billing.reverse(tenant, subject, reason);
  });
  if (json === true) io.out(`${JSON.stringify(reversals, null, 2)}\n`);
  else {
    for (const { id, amount, currency } of reversals) io.out(`${printable(id)}  ${amount} ${currency}\n`);
  }
  if (reversals.length > 0) return EXIT_CODES.done;
  io.err(
    `apex: ${JSON.stringify(subject)} of ${tenant} has no charge that is not taken back already; \`apex billing usage\` shows what was charged\n`,
  );
  return EXIT_CODES.nothingToDo;
}

/** `apex billing audit`: whether the books are right, computed from all rows. Exit 1 when they are not. */
export async function runAudit(io: Io, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const audit = await withStore(io, ({ billing }) => billing.audit());
  const isRight = audit.problems.length === 0;
  if (json === true) io.out(`${JSON.stringify(audit, null, 2)}\n`);
  else {
    for (const problem of audit.problems) io.out(`${printable(problem)}\n`);
    const found = isRight ? "nothing wrong" : `${audit.problems.length} wrong`;
    io.out(`${audit.charges} charges, balance ${audit.balance}: ${found}.\n`);
  }
  return isRight ? EXIT_CODES.done : EXIT_CODES.nothingToDo;
}

/** `apex billing rates`: the published rate cards, and which one is charged by now. */
export async function runRates(io: Io, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const present = rateCardAt(PUBLISHED_RATE_CARDS, io.now().getTime())?.id;
  if (json === true) {
    const cards = PUBLISHED_RATE_CARDS.map((card) => ({ ...card, isPresent: card.id === present }));
    io.out(`${JSON.stringify(cards, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  for (const { id, validFromMs, currency, base, margin, minimum, source } of PUBLISHED_RATE_CARDS) {
    const isPresent = id === present ? ", charged by now" : "";
    io.out(`${id}, from ${formatInstant(validFromMs).slice(0, 10)}${isPresent}\n`);
    const prices = [
      ["vCPU hour", base.vcpuHour],
      ["GiB hour, reserved", base.gibHour],
      ...Object.entries(base.gpuHour).map(([model, price]) => [`GPU hour, ${model}`, price]),
    ];
    const rows = prices.map(([name = "", price = ""]) => [`  ${name}`, `${price} ${currency}`]);
    io.out(textTable([{ heading: "  base" }, { heading: "price", align: "right" }], rows));
    io.out(
      `  plus ${multiply(margin, HUNDRED)} % of it; at least ${minimum} ${currency} a run\n  ${source}\n`,
    );
  }
  return EXIT_CODES.done;
}
