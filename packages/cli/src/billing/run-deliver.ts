import { readFile } from "node:fs/promises";
import { AdapterError } from "@apex/core";
import { type Delivery, deliverOutbox, isCustomerId, type MeterSettings, stripeMeter } from "@apex/payments";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { withStore } from "./with-store.ts";

/** Options of `apex billing deliver`, as the command line gives them. */
export interface DeliverOptions {
  readonly customers?: string;
  readonly eventName: string;
  readonly currency: string;
  readonly limit: number;
  readonly dryRun?: boolean;
  readonly lateAsNow?: boolean;
  readonly json?: boolean;
  readonly confirm?: string;
  readonly resend?: string;
}

/** As many as fit on a screen. */
const FAILED_MAX = 20;

const HOW_TO_TURN_ON =
  'set STRIPE_API_KEY to a key that may write meter events, and --customers (or APEX_STRIPE_CUSTOMERS) to a JSON file of tenants and their Stripe customers, such as {"acme": "cus_NffrFeUfNV2Hib"}';

/** Stripe's customers by tenant, of a file of the user's. Throws an AdapterError that says what of it is wrong. */
async function readCustomers(io: Io, given: string): Promise<ReadonlyMap<string, string>> {
  const [file = ""] = await requireFiles("--customers", [given], io.cwd);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new AdapterError("invalid", `${file} is not JSON: write {"TENANT": "cus_…"}`, { cause });
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new AdapterError("invalid", `${file} is no JSON object: write {"TENANT": "cus_…"}`);
  }
  const entries = Object.entries(json as Readonly<Record<string, unknown>>);
  const customers = new Map<string, string>();
  for (const [tenant, customer] of entries) {
    if (typeof customer !== "string" || !isCustomerId(customer)) {
      throw new AdapterError(
        "invalid",
        `${file}: ${JSON.stringify(tenant)} has no Stripe customer: its id begins with cus_`,
      );
    }
    customers.set(tenant, customer);
  }
  if (new Set(customers.values()).size < customers.size) {
    throw new AdapterError(
      "invalid",
      `${file}: two tenants have the same Stripe customer; one would pay for both`,
    );
  }
  return customers;
}

/** `--confirm` and `--resend`: a person has looked whether Stripe has an event. */
async function settleByHand(io: Io, options: DeliverOptions): Promise<ExitCode> {
  const key = options.confirm ?? options.resend ?? "";
  const wasWaiting = await withStore(io, ({ billing }) =>
    options.confirm === undefined ? billing.markUnsent(key) : billing.markDelivered(key),
  );
  if (!wasWaiting) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `no message ${JSON.stringify(key)} waits to be delivered; \`apex billing deliver --dry-run\` shows those that do`,
    );
  }
  io.out(
    options.confirm === undefined
      ? `${printable(key)} is sent with the next delivery.\n`
      : `${printable(key)} is delivered.\n`,
  );
  return EXIT_CODES.done;
}

function print(io: Io, { delivered, failed, stopped }: Delivery, options: DeliverOptions): void {
  if (options.json === true) {
    io.out(`${JSON.stringify({ dryRun: options.dryRun === true, delivered, failed, stopped }, null, 2)}\n`);
    return;
  }
  if (options.dryRun === true) {
    for (const { identifier, customerId, value } of delivered) {
      io.out(`${printable(identifier)}  ${value}  ${customerId}\n`);
    }
  }
  for (const { key, reason } of failed.slice(0, FAILED_MAX)) {
    io.err(`apex: ${printable(key)}: ${printable(reason)}\n`);
  }
  if (failed.length > FAILED_MAX) io.err(`apex: and ${failed.length - FAILED_MAX} more (--json)\n`);
  const verb = options.dryRun === true ? "would be sent" : "delivered";
  const count = delivered.length + failed.length;
  const held = failed.length === 0 ? "" : `, ${failed.length} held`;
  io.out(count === 0 ? "Nothing waits to be delivered.\n" : `${delivered.length} ${verb}${held}.\n`);
  if (stopped !== null) io.err(`apex: the delivery ended early: ${printable(stopped)}; the rest waits\n`);
  else if (count >= options.limit) io.out("More may wait: run it again, or raise --limit.\n");
}

/**
 * `apex billing deliver`: tells Stripe what was charged. Exit 1 when it is off, or when something is held that a person has to look
 * at.
 */
export async function runDeliver(io: Io, options: DeliverOptions): Promise<ExitCode> {
  if (options.confirm !== undefined || options.resend !== undefined) return settleByHand(io, options);
  const apiKey = io.env["STRIPE_API_KEY"];
  const file = options.customers ?? io.env["APEX_STRIPE_CUSTOMERS"];
  if (!apiKey || !file) {
    io.err(`apex: delivery to Stripe is off, and nothing was sent. To turn it on, ${HOW_TO_TURN_ON}\n`);
    return EXIT_CODES.nothingToDo;
  }
  const settings: MeterSettings = {
    eventName: options.eventName,
    currency: options.currency,
    customers: await readCustomers(io, file),
    isLateNow: options.lateAsNow === true,
  };
  const baseUrl = io.env["STRIPE_API_BASE"];
  const meter = stripeMeter({ apiKey, ...(baseUrl ? { baseUrl } : {}) });
  const delivery = await withStore(io, ({ billing }) =>
    deliverOutbox(billing, meter, {
      settings,
      now: () => io.now().getTime(),
      limit: options.limit,
      isDryRun: options.dryRun === true,
      signal: io.signal,
    }),
  );
  print(io, delivery, options);
  return delivery.failed.length > 0 ? EXIT_CODES.nothingToDo : EXIT_CODES.done;
}
