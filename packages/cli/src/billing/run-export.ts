import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  focusCsv,
  type FocusExport,
  focusRows,
  focusTable,
  type FocusVersion,
  focusViolations,
} from "@apex/billing";
import { type OpenRecordStores, writeFocusParquet } from "@apex/store";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { writeFiles } from "../write-files.ts";
import { periodOf, requireMonth } from "./billing-period.ts";
import { requireTenant, withStore } from "./with-store.ts";

/** Options of `apex billing export`, as the command line gives them. */
export interface ExportOptions {
  readonly tenant: string;
  readonly focusVersion: FocusVersion;
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
  if (options.invoice !== undefined) {
    const invoice = await billing.invoice(id, options.invoice);
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
    };
  }
  const all = await billing.invoices(id);
  if (options.month === undefined)
    return { account, charges: await billing.charges({ tenant: id }), invoices: all };
  const month = requireMonth(options.month, "");
  const invoices = all.filter(({ period }) => period.start.startsWith(month));
  const charges = await billing.charges({ tenant: id, period: periodOf(month), isOpen: true });
  const invoiced: FocusExport["charges"][] = [];
  for (const { number } of invoices) invoiced.push(await billing.charges({ tenant: id, invoice: number }));
  return { account, charges: [...invoiced.flat(), ...charges], invoices };
}

/** `apex billing export --focus`: exit 70 where the rows break a rule, since then a bill of ours is wrong; nothing is written. */
export async function runExport(io: Io, options: ExportOptions): Promise<ExitCode> {
  const from = await withStore(io, (store) => collect(store, options));
  const rows = focusRows(from);
  if (rows.length === 0) {
    io.err(
      `apex: ${options.tenant} has no charges ${options.month === undefined ? "" : `of ${options.month} `}to export; nothing was written\n`,
    );
    return EXIT_CODES.nothingToDo;
  }
  const violations = focusViolations(rows, from.invoices);
  if (violations.length > 0) {
    const shown = violations.slice(0, VIOLATIONS_MAX).map(({ message }) => `  ${message}`);
    const more = violations.length > shown.length ? [`  and ${violations.length - shown.length} more`] : [];
    throw new CommandError(
      EXIT_CODES.bug,
      `the export would break rules of FOCUS, which is a fault of Apex's own; nothing was written, please report it:\n${[...shown, ...more].join("\n")}`,
    );
  }
  const table = focusTable(rows, options.focusVersion);
  const file = path.resolve(io.cwd, options.out);
  if (options.format === "csv") await writeFiles(new Map([[file, [...focusCsv(table)].join("")]]));
  else {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFocusParquet(file, table);
  }
  io.err(
    `wrote ${options.out}: ${rows.length} rows of ${from.charges.length} charges, FOCUS ${options.focusVersion}; ${from.invoices.length} invoices add up to their totals\n`,
  );
  return EXIT_CODES.done;
}
