import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  focusCsv,
  type FocusExport,
  focusRows,
  type FocusTable,
  focusTable,
  type FocusVersion,
  focusViolations,
  type Invoice,
  invoiceDetailTable,
  invoicedUntil,
  openBillingMonth,
} from "@apex/billing";
import { DAY_MS, formatInstant, parseInstant } from "@apex/core";
import { type OpenRecordStores, writeFocusParquet } from "@apex/store";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { writeFiles } from "../write-files.ts";
import { requireMonth } from "./billing-period.ts";
import { requireTenant, withStore } from "./with-store.ts";

/** Options of `apex billing export`, as the command line gives them. */
export interface ExportOptions {
  readonly tenant: string;
  readonly focusVersion: FocusVersion;
  readonly dataset: "cost-and-usage" | "invoice-detail";
  readonly paymentDays?: number;
  readonly format: "csv" | "parquet";
  readonly out: string;
  readonly month?: string;
  readonly invoice?: string;
}

/** As many as fit on a screen. */
const VIOLATIONS_MAX = 10;

/** The charges and invoices that are asked for. Of an invoice always all charges, whenever their usage was. */
async function collect(store: OpenRecordStores, options: ExportOptions): Promise<FocusExport> {
  const { id, name } = await requireTenant(store, options.tenant);
  const account = { id, name };
  const { billing } = store;
  const all = await billing.invoices(id);
  const until = invoicedUntil(all);
  if (options.invoice !== undefined) {
    const invoice = all.find(({ number }) => number === options.invoice);
    if (invoice === undefined) {
      throw new CommandError(
        EXIT_CODES.badInput,
        `${id} has no invoice ${JSON.stringify(options.invoice)}; \`apex billing list\` shows those there are`,
      );
    }
    return {
      account,
      charges: await billing.charges({ tenant: id, invoice: invoice.number }),
      invoices: [invoice],
      invoicedUntil: until,
    };
  }
  if (options.month === undefined) {
    return { account, charges: await billing.charges({ tenant: id }), invoices: all, invoicedUntil: until };
  }
  const month = requireMonth(options.month, "");
  const invoices = all.filter(({ period }) => period.start.startsWith(month));
  const open = await billing.charges({ tenant: id, isOpen: true });
  const charges = open.filter((charge) => openBillingMonth(charge, until) === month);
  const invoiced: FocusExport["charges"][] = [];
  for (const { number } of invoices) invoiced.push(await billing.charges({ tenant: id, invoice: number }));
  return { account, charges: [...invoiced.flat(), ...charges], invoices, invoicedUntil: until };
}

/** Lines of issued invoices. Throws a CommandError where the command line does not say when they are to be paid. */
async function invoiceDetails(
  store: OpenRecordStores,
  options: ExportOptions,
  invoices: readonly Invoice[],
): Promise<FocusTable> {
  const { paymentDays } = options;
  if (paymentDays === undefined || options.focusVersion !== "1.4") {
    throw new CommandError(
      EXIT_CODES.wrongUse,
      "--dataset invoice-detail is of --focus-version 1.4, and needs --payment-days",
    );
  }
  const charges = await store.billing.charges({ tenant: options.tenant });
  return invoiceDetailTable(invoices, charges, {
    terms: `Net ${paymentDays}`,
    dueDateOf: ({ issuedAt }) => formatInstant((parseInstant(issuedAt) ?? Number.NaN) + paymentDays * DAY_MS),
  });
}

/** Rows of charges. Throws a CommandError (70) where they break a rule: then a bill of ours is wrong. */
function costAndUsage(from: FocusExport, version: FocusVersion): FocusTable {
  const rows = focusRows(from);
  const violations = focusViolations(rows, from.invoices);
  if (violations.length === 0) return focusTable(rows, version);
  const shown = violations.slice(0, VIOLATIONS_MAX).map(({ message }) => `  ${message}`);
  const more = violations.length > shown.length ? [`  and ${violations.length - shown.length} more`] : [];
  throw new CommandError(
    EXIT_CODES.bug,
    `the export would break rules of FOCUS, which is a fault of Apex's own; nothing was written, please report it:\n${[...shown, ...more].join("\n")}`,
  );
}

async function write(io: Io, options: ExportOptions, table: FocusTable): Promise<void> {
  const file = path.resolve(io.cwd, options.out);
  if (options.format === "csv") return writeFiles(new Map([[file, [...focusCsv(table)].join("")]]));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFocusParquet(file, table);
}

/** `apex billing export --focus`: what was charged, as FOCUS has it. Exit 1 when there is nothing; 70 where the rows break a rule. */
export async function runExport(io: Io, options: ExportOptions): Promise<ExitCode> {
  const { table, from } = await withStore(io, async (store) => {
    const collected = await collect(store, options);
    const made =
      options.dataset === "invoice-detail"
        ? await invoiceDetails(store, options, collected.invoices)
        : costAndUsage(collected, options.focusVersion);
    return { from: collected, table: made };
  });
  if (table.rows.length === 0) {
    const what = options.dataset === "invoice-detail" ? "invoices" : "charges";
    const when = options.month === undefined ? "" : ` of ${options.month}`;
    io.err(`apex: ${options.tenant} has no ${what}${when} to export; nothing was written\n`);
    return EXIT_CODES.nothingToDo;
  }
  await write(io, options, table);
  const count = from.invoices.length;
  io.err(
    `wrote ${options.out}: ${table.rows.length} rows, FOCUS ${options.focusVersion}; ${count === 1 ? "1 invoice adds up to its total" : `${count} invoices add up to their totals`}\n`,
  );
  return EXIT_CODES.done;
}
