import { FOCUS_VERSIONS } from "@apex/billing/choices";
import { type Command, Option } from "commander";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { whole } from "../option-values.ts";
import { addSavings } from "./billing-savings-options.ts";
import { tenantOption } from "./billing-tenant-option.ts";

type Finish = (exitCode: ExitCode) => void;

const JSON_OPTION = ["--json", "print JSON"] as const;
const DELIVERY_LIMIT = 1_000;

function monthOption(what: string): Option {
  return new Option("--month <month>", `2026-11, in UTC; else ${what}`);
}

/** `apex billing …`: what was used, what it costs, and the books. */
export function addBilling(program: Command, io: Io, finish: Finish): void {
  const billing = program.command("billing").description("what validations and savings cost, and the books");
  addUsage(billing, io, finish);
  addInvoice(billing, io, finish);
  addExport(billing, io, finish);
  addBooks(billing, io, finish);
  addDeliver(billing, io, finish);
  addSavings(billing, io, finish);
}

function addUsage(billing: Command, io: Io, finish: Finish): void {
  tenantOption(billing.command("usage"))
    .description("what runs used and cost in a month, which were free and why, and what of the tier is used")
    .addOption(monthOption("the present one"))
    .option(...JSON_OPTION)
    .action(async (options) => {
      const { runUsage } = await import("../billing/run-usage.ts");
      finish(await runUsage(io, options));
    });
}

function addInvoice(billing: Command, io: Io, finish: Finish): void {
  tenantOption(billing.command("invoice"))
    .description("preview the next invoice, issue it, or show one that was issued")
    .addOption(monthOption("the last one that is over"))
    .option("--issue", "issue it: it gets the next number and is never changed")
    .addOption(
      new Option("--until <instant>", "bill a month that is not over, as far as it has come").choices([
        "now",
      ]),
    )
    .addOption(new Option("--number <number>", "one that was issued").conflicts(["month", "issue", "until"]))
    .option("--parties <file>", "who issues and who pays (apex.parties/v1, YAML or JSON)")
    .option("--out <dir>", "also write it there as HTML (to print, or make a PDF of) and JSON")
    .addOption(
      new Option("--format <format>", "what to print").choices(["table", "json", "html"]).default("table"),
    )
    .action(async (options) => {
      const { runInvoice } = await import("../billing/run-invoice.ts");
      finish(await runInvoice(io, options));
    });
}

function addExport(billing: Command, io: Io, finish: Finish): void {
  tenantOption(billing.command("export"))
    .description("charges and invoices as a FOCUS file, checked against the specification's rules")
    .option("--focus", "the FinOps FOCUS specification, which is the only format", true)
    .addOption(
      new Option("--focus-version <version>", "column names of").choices(FOCUS_VERSIONS).default("1.2"),
    )
    .addOption(
      new Option("--dataset <name>", "rows of charges, or (1.4) lines of invoices")
        .choices(["cost-and-usage", "invoice-detail"])
        .default("cost-and-usage"),
    )
    .addOption(
      new Option("--payment-days <n>", "invoice-detail: when invoices are to be paid").argParser(whole),
    )
    .addOption(new Option("--format <format>", "file format").choices(["csv", "parquet"]).default("csv"))
    .requiredOption("--out <file>", "where to write it")
    .addOption(monthOption("everything"))
    .addOption(new Option("--invoice <number>", "one invoice's").conflicts("month"))
    .action(async (options) => {
      const { runExport } = await import("../billing/run-export.ts");
      finish(await runExport(io, options));
    });
}

function addBooks(billing: Command, io: Io, finish: Finish): void {
  tenantOption(billing.command("list"))
    .description("invoices, and what is on none yet")
    .option(...JSON_OPTION)
    .action(async (options) => {
      const { runInvoiceList } = await import("../billing/run-ledger.ts");
      finish(await runInvoiceList(io, options));
    });
  tenantOption(billing.command("reverse"))
    .description("take all charges of a run back; what was invoiced comes off the next invoice")
    .argument("<run>", "id of the run; a dispute takes the fee of savings back")
    .requiredOption("--reason <text>", "why; kept for good")
    .option(...JSON_OPTION)
    .action(async (subject: string, options) => {
      const { runReverse } = await import("../billing/run-ledger.ts");
      finish(await runReverse(io, { subject, ...options }));
    });
  billing
    .command("audit")
    .description("recompute the books from all rows: exit 1 when something is wrong")
    .option(...JSON_OPTION)
    .action(async (options) => {
      const { runAudit } = await import("../billing/run-ledger.ts");
      finish(await runAudit(io, options));
    });
  billing
    .command("rates")
    .description("the published prices")
    .option(...JSON_OPTION)
    .action(async (options) => {
      const { runRates } = await import("../billing/run-ledger.ts");
      finish(await runRates(io, options));
    });
}

function addDeliver(billing: Command, io: Io, finish: Finish): void {
  billing
    .command("deliver")
    .description("tell Stripe's meter what was charged (off until STRIPE_API_KEY and --customers are set)")
    .option(
      "--customers <file>",
      'Stripe\'s customers by tenant: {"acme": "cus_…"}; or APEX_STRIPE_CUSTOMERS',
    )
    .option("--event-name <name>", "of the meter, which sums up raw events", "apex_charges")
    .option("--currency <code>", "what the meter counts", "USD")
    .addOption(new Option("--limit <n>", "as many messages at most").argParser(whole).default(DELIVERY_LIMIT))
    .option("--late-as-now", "send what is older than Stripe takes (35 days) with the present time")
    .option("--dry-run", "only say what would be sent")
    .addOption(
      new Option("--confirm <key>", "I looked: Stripe has this event").conflicts(["resend", "dryRun"]),
    )
    .addOption(
      new Option("--resend <key>", "I looked: Stripe does not have this event").conflicts(["dryRun"]),
    )
    .option(...JSON_OPTION)
    .action(async (options) => {
      const { runDeliver } = await import("../billing/run-deliver.ts");
      finish(await runDeliver(io, options));
    });
}
