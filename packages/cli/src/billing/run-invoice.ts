import path from "node:path";
import { addMonths, buildInvoice, currencyDigits, type Invoice } from "@apex/billing";
import { formatInstant, parseInstant } from "@apex/core";
import type { OpenRecordStores, Tenant } from "@apex/store";
import { invoiceDocument, renderInvoiceHtml, renderInvoiceJson } from "@apex/report";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { requireWritable, writeFiles } from "../write-files.ts";
import { monthAt, type Period, periodOf, requireMonth } from "./billing-period.ts";
import { type Parties, readParties } from "./read-parties.ts";
import { type InvoiceDocument, renderInvoiceText } from "./render-invoice-text.ts";
import { requireTenant, withStore } from "./with-store.ts";

/** Options of `apex billing invoice`, as the command line gives them. */
export interface InvoiceOptions {
  readonly tenant: string;
  readonly month?: string;
  readonly until?: "now";
  readonly issue?: boolean;
  readonly number?: string;
  readonly out?: string;
  /** Who issues and who pays. */
  readonly parties?: string;
  readonly format: "table" | "json" | "html";
}

/** What is to be billed, and for which month. */
interface Asked {
  readonly month: string;
  readonly period: Period;
  /** An invoice that already reaches to the month's end: what is left belongs to the next one. */
  readonly closedBy: Invoice | undefined;
}

function wrongUse(message: string): never {
  throw new CommandError(EXIT_CODES.wrongUse, message);
}

/** Unix time in milliseconds of an invoice's end. */
function endOf({ period }: Invoice): number {
  return parseInstant(period.end) ?? Number.NaN;
}

/**
 * The period that is asked for. It begins where the last invoice within the month ended, so that no two invoices say that they are of
 * the same days. A month that is not over is only issued until now, and only when that is said.
 */
function askedPeriod(now: Date, options: InvoiceOptions, invoices: readonly Invoice[]): Asked {
  const present = monthAt(now);
  const month = requireMonth(options.month, options.until === "now" ? present : addMonths(present, -1));
  const whole = periodOf(month);
  const nowMs = now.getTime();
  if (whole.startMs > nowMs) wrongUse(`--month ${month} has not begun: there is nothing to bill`);
  const isOver = whole.endMs <= nowMs;
  if (options.until === "now" && isOver) wrongUse(`--month ${month} is over: leave --until now out`);
  if (!isOver && options.issue === true && options.until !== "now") {
    wrongUse(
      `--month ${month} is not over: issue it from ${formatInstant(whole.endMs)} on, or say --until now to bill what there is`,
    );
  }
  const ends = invoices.map(endOf);
  const closedBy = invoices.find((_, index) => (ends[index] ?? 0) >= whole.endMs);
  const startMs = Math.max(whole.startMs, ...ends.filter((end) => end < whole.endMs));
  return { month, period: { startMs, endMs: isOver ? whole.endMs : nowMs }, closedBy };
}

/** What `--issue` would make of the open charges, without a number. */
async function preview(
  { billing }: OpenRecordStores,
  { id }: Tenant,
  { period, month }: Asked,
  nowMs: number,
): Promise<readonly Invoice[]> {
  const open = await billing.charges({
    tenant: id,
    isOpen: true,
    period: { startMs: 0, endMs: period.endMs },
  });
  return [...Map.groupBy(open, ({ currency }) => currency)]
    .filter(([currency]) => currencyDigits(currency) !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, charges]) =>
      buildInvoice(
        {
          number: `PREVIEW-${month}`,
          tenant: id,
          currency,
          period: { start: formatInstant(period.startMs), end: formatInstant(period.endMs) },
          issuedAt: formatInstant(nowMs),
        },
        charges,
      ),
    );
}

interface Found {
  readonly tenant: Tenant;
  readonly invoices: readonly Invoice[];
  readonly isPreview: boolean;
  /** Why there is none. */
  readonly nothing: string;
}

async function kept(store: OpenRecordStores, tenant: Tenant, number: string): Promise<Found> {
  const invoice = await store.billing.invoice(tenant.id, number);
  if (invoice !== undefined) return { tenant, invoices: [invoice], isPreview: false, nothing: "" };
  throw new CommandError(
    EXIT_CODES.badInput,
    `${tenant.id} has no invoice ${JSON.stringify(number)}; \`apex billing list\` shows those there are`,
  );
}

async function find(io: Io, store: OpenRecordStores, options: InvoiceOptions): Promise<Found> {
  const tenant = await requireTenant(store, options.tenant);
  if (options.number !== undefined) return kept(store, tenant, options.number);
  const now = io.now();
  const asked = askedPeriod(now, options, await store.billing.invoices(tenant.id));
  const until = formatInstant(asked.period.endMs);
  if (asked.closedBy !== undefined) {
    const { number } = asked.closedBy;
    const nothing = `${asked.month} was billed by ${number}: what came later is on the next invoice`;
    return { tenant, invoices: [], isPreview: options.issue !== true, nothing };
  }
  const invoices =
    options.issue === true
      ? await store.billing.issue(tenant.id, asked.period, now.getTime())
      : await preview(store, tenant, asked, now.getTime());
  const hint =
    asked.period.endMs < now.getTime() ? `; --month ${monthAt(now)} previews the present month` : "";
  const nothing = `${tenant.id} has nothing to bill until ${until}${hint}`;
  return { tenant, invoices, isPreview: options.issue !== true, nothing };
}

/** Every invoice with all that is printed on it. */
async function documentsOf(
  store: OpenRecordStores,
  { tenant, invoices, isPreview }: Found,
  parties: Parties,
): Promise<readonly InvoiceDocument[]> {
  const documents: InvoiceDocument[] = [];
  for (const invoice of invoices) {
    const ids = new Set(invoice.lines.flatMap(({ charges }) => charges));
    const charges = await store.billing.charges(
      isPreview ? { tenant: tenant.id, isOpen: true } : { tenant: tenant.id, invoice: invoice.number },
    );
    documents.push(
      invoiceDocument(
        invoice,
        charges.filter(({ id }) => ids.has(id)),
        {
          seller: parties.seller,
          buyer: parties.buyers.get(tenant.id) ?? { ...NOBODY, name: tenant.name },
          terms: isPreview ? [PREVIEW_TERM] : parties.terms,
        },
      ),
    );
  }
  return documents;
}

const NOBODY = { address: [], taxId: null, email: null };

const PREVIEW_TERM =
  "This is a preview: it has no number, nothing was issued, and nothing is to be paid by it.";

async function write(io: Io, directory: string, documents: readonly InvoiceDocument[]): Promise<void> {
  const files = documents.flatMap((document): (readonly [string, string])[] => {
    const base = path.join(
      directory,
      `invoice-${document.number}${documents.length > 1 ? `-${document.currency}` : ""}`,
    );
    return [
      [`${base}.json`, renderInvoiceJson(document)],
      [`${base}.html`, renderInvoiceHtml(document)],
    ];
  });
  await writeFiles(new Map(files));
  for (const [file] of files) io.err(`wrote ${path.relative(io.cwd, file) || file}\n`);
}

function print(io: Io, documents: readonly InvoiceDocument[], options: InvoiceOptions): void {
  if (options.format === "html") for (const document of documents) io.out(renderInvoiceHtml(document));
  else if (options.format === "json") {
    // Charges of two currencies are two invoices: a list, whatever its length.
    io.out(
      `${JSON.stringify(
        documents.map((document) => JSON.parse(renderInvoiceJson(document)) as unknown),
        null,
        2,
      )}\n`,
    );
  } else for (const document of documents) io.out(renderInvoiceText(document));
}

/**
 * `apex billing invoice`: a preview of the next invoice, the next invoice itself, or one that was issued. Exit 1 when there is nothing
 * to bill.
 */
export async function runInvoice(io: Io, options: InvoiceOptions): Promise<ExitCode> {
  const parties = await readParties(io, options.parties);
  const directory = options.out === undefined ? undefined : path.resolve(io.cwd, options.out);
  // What is issued cannot be taken back for a place that it cannot be written to.
  if (directory !== undefined) await requireWritable(directory);
  const { found, documents } = await withStore(io, async (store) => {
    const result = await find(io, store, options);
    return { found: result, documents: await documentsOf(store, result, parties) };
  });
  if (documents.length === 0) {
    if (options.format === "json") print(io, documents, options);
    io.err(`apex: ${found.nothing}\n`);
    return EXIT_CODES.nothingToDo;
  }
  if (found.isPreview)
    io.err("apex: a preview: no number is used and nothing is issued; --issue does that\n");
  if (directory !== undefined) await write(io, directory, documents);
  print(io, documents, options);
  return EXIT_CODES.done;
}
