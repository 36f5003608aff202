import { AdapterError, type Cancellation, type CollectionPart, type LiveCollector } from "@apex/core";
import { abortSignalOf } from "../live/abort-signal.ts";
import { failedPart } from "../live/failed-part.ts";
import { partKey } from "../live/part-key.ts";
import { inSlots } from "../live/slots.ts";
import { type AwsAccount, openAccount, type AwsAccess } from "./account.ts";
import type { AwsService } from "./aws-service.ts";
import { BILLING_EXPORT, billingExportMonths } from "./cur-s3/billing-export.ts";
import { allServices, type ServiceOptions, usualServices } from "./inventory/services.ts";
import { metricParts } from "./metric-parts.ts";
import { collectDuring, servicePart, spread } from "./parts.ts";
import { type WantedRegion, wantedRegions } from "./regions.ts";

/** What is collected of AWS, and how to get in. */
export interface AwsCollectorOptions extends AwsAccess, ServiceOptions {
  /** All that are enabled, without it. */
  readonly regions?: readonly string[] | undefined;
  /** Roles to assume, one for each account; none: the account of the credentials themselves. */
  readonly roleArns?: readonly string[] | undefined;
  /** Names of services; all without it. */
  readonly services?: readonly string[] | undefined;
  readonly endpointUrl?: string | undefined;
}

/** Accounts that are looked at side by side, before there are parts. */
const ASKED_AT_ONCE = 16;

/** Global services are asked where all of them answer. Source: AWS general reference, "Regional endpoints", global services. */
const GLOBAL_REGIONS: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/**
 * Collects inventory, bills, opinions and metrics of AWS accounts over its APIs. Parts are one service in one region of one
 * account; their order spreads the load over the regions.
 */
export function awsCollector(options: AwsCollectorOptions): LiveCollector {
  const services = chosenServices(options);
  /** Those that were let in, by account id. */
  const accounts = new Map<string, AwsAccount>();
  return {
    parts: (cancellation) =>
      stoppable(cancellation, async (signal) => {
        const found = await openAccounts(options, signal);
        const parts: CollectionPart[] = [...found.refused];
        for (const account of found.accounts) accounts.set(account.id, account);
        // Two roles may be of one account.
        const ofAccounts = await inSlots([...accounts.values()], ASKED_AT_ONCE, (account) =>
          accountParts(account, options.regions, services, signal),
        );
        parts.push(...ofAccounts.flat());
        parts.push(...(await billingParts(found.accounts, options, signal)));
        return spread(parts);
      }),
    metricParts: (resources, window, cancellation) =>
      stoppable(cancellation, (signal) => metricParts(accounts, resources, window, signal)),
  };
}

async function stoppable<T>(
  cancellation: Cancellation,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, release } = abortSignalOf(cancellation);
  try {
    return await work(signal);
  } finally {
    release();
  }
}

function chosenServices(options: AwsCollectorOptions): readonly AwsService[] {
  if (options.services === undefined) return usualServices(options);
  const known = new Map(allServices(options).map((service) => [service.name, service]));
  return options.services.map((name) => {
    const service = known.get(name);
    if (service !== undefined) return service;
    throw new AdapterError(
      "invalid",
      `there is no service ${name}; those that are collected are ${[...known.keys()].join(", ")}`,
    );
  });
}

/** Logs in to all accounts; when none lets us in, the first reason is thrown. */
async function openAccounts(
  options: AwsCollectorOptions,
  signal: AbortSignal,
): Promise<{ readonly accounts: readonly AwsAccount[]; readonly refused: readonly CollectionPart[] }> {
  const roles = options.roleArns ?? [];
  const wanted = roles.length === 0 ? [undefined] : roles;
  const answers = await inSlots(wanted, ASKED_AT_ONCE, async (roleArn) => {
    try {
      return { account: await openAccount(options, roleArn, signal) };
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      const key = partKey("aws", roleArn ?? "", "login");
      return { error, refused: failedPart(key, `the account of ${roleArn}`, error) };
    }
  });
  const accounts = answers.flatMap(({ account }) => account ?? []);
  const [first] = answers.flatMap(({ error }) => error ?? []);
  if (accounts.length === 0 && first !== undefined) throw first;
  return { accounts, refused: answers.flatMap(({ refused }) => refused ?? []) };
}

/** The regions of an account; where they cannot be told, the account costs itself alone. */
async function regionsOf(
  account: AwsAccount,
  asked: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly regions: readonly WantedRegion[]; readonly refused: readonly CollectionPart[] }> {
  try {
    return {
      regions: await wantedRegions(account.region(account.homeRegion), asked, signal),
      refused: [],
    };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const key = `aws/${account.id}/regions`;
    return { regions: [], refused: [failedPart(key, `all regions of ${account.id}`, error)] };
  }
}

async function accountParts(
  account: AwsAccount,
  asked: readonly string[] | undefined,
  services: readonly AwsService[],
  signal: AbortSignal,
): Promise<readonly CollectionPart[]> {
  const { regions, refused } = await regionsOf(account, asked, signal);
  const parts: CollectionPart[] = [...refused];
  for (const { name, error } of regions) {
    if (error !== undefined) {
      const key = partKey("aws", account.id, name, "region");
      parts.push(failedPart(key, `region ${name} of ${account.id}`, error));
      continue;
    }
    for (const service of services) {
      if (service.isGlobal !== true) parts.push(servicePart(account, name, service));
    }
  }
  const global = GLOBAL_REGIONS[account.partition] ?? account.homeRegion;
  for (const service of services)
    if (service.isGlobal === true) parts.push(servicePart(account, global, service));
  return parts;
}

/** The months of billing exports, with the rights of the first account: a bucket is one account's, whoever is billed in it. */
async function billingParts(
  [account]: readonly AwsAccount[],
  { billingExports = [], loadedBills = new Set() }: AwsCollectorOptions,
  signal: AbortSignal,
): Promise<readonly CollectionPart[]> {
  const parts: CollectionPart[] = [];
  if (account === undefined) return parts;
  for (const uri of billingExports) {
    const region = account.region(account.homeRegion);
    const place = ["aws", account.id, "global", "billing", uri.replace(/^s3:\/\//, "")];
    try {
      const months = await region.ask(signal, BILLING_EXPORT.calls, (session) =>
        billingExportMonths(session, uri, loadedBills),
      );
      for (const month of months) {
        const title = `the bill of ${month.name} from ${uri}`;
        const service = { calls: BILLING_EXPORT.calls, collect: month.collect.bind(month) };
        parts.push({
          key: partKey(...place, month.name),
          title,
          collect: (stop) => collectDuring(account, account.homeRegion, service, stop),
        });
      }
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      parts.push(failedPart(partKey(...place), `the bills of ${uri}`, error));
    }
  }
  return parts;
}
