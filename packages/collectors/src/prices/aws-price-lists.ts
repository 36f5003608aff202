import { AdapterError } from "@apex/core";
import { z } from "zod";
import { causeOf } from "./download.ts";

/** The price lists of AWS by the name that they have on the command line; `offer` is what the list calls itself. */
export const AWS_PRICE_LISTS = {
  ec2: { list: "AmazonEC2", offer: "AmazonEC2", kind: "offers" },
  rds: { list: "AmazonRDS", offer: "AmazonRDS", kind: "offers" },
  elasticache: { list: "AmazonElastiCache", offer: "AmazonElastiCache", kind: "offers" },
  opensearch: { list: "AmazonES", offer: "AmazonES", kind: "offers" },
  redshift: { list: "AmazonRedshift", offer: "AmazonRedshift", kind: "offers" },
  msk: { list: "AmazonMSK", offer: "AmazonMSK", kind: "offers" },
  mq: { list: "AmazonMQ", offer: "AmazonMQ", kind: "offers" },
  docdb: { list: "AmazonDocDB", offer: "AmazonDocDB", kind: "offers" },
  neptune: { list: "AmazonNeptune", offer: "AmazonNeptune", kind: "offers" },
  kinesis: { list: "AmazonKinesis", offer: "AmazonKinesis", kind: "offers" },
  elb: { list: "AWSELB", offer: "AWSELB", kind: "offers" },
  vpc: { list: "AmazonVPC", offer: "AmazonVPC", kind: "offers" },
  lambda: { list: "AWSLambda", offer: "AWSLambda", kind: "offers" },
  s3: { list: "AmazonS3", offer: "AmazonS3", kind: "offers" },
  eks: { list: "AmazonEKS", offer: "AmazonEKS", kind: "offers" },
  "savings-plans": { list: "AWSComputeSavingsPlan", offer: "AmazonComputeSavingsPlan", kind: "savingsPlan" },
} as const;

/** A key of {@link AWS_PRICE_LISTS}. */
export type AwsPriceService = keyof typeof AWS_PRICE_LISTS;

/** The public price lists; no credentials are asked for. */
export const AWS_PRICE_LIST_URL = "https://pricing.us-east-1.amazonaws.com";

const OfferIndex = z.object({
  regions: z.record(z.string(), z.object({ currentVersionUrl: z.string().startsWith("/") })),
});

const SavingsPlanIndex = z.object({
  regions: z.array(z.object({ regionCode: z.string(), versionUrl: z.string().startsWith("/") })),
});

/** An index is some 100 kB. */
const INDEX_BYTES_MAX = 16 * 1024 * 1024;

async function fetchIndex(url: string, signal: AbortSignal): Promise<unknown> {
  const { status, text } = await ask(url, signal);
  if (status === 404) throw new AdapterError("not-found", `${url} does not exist; check --endpoint-url`);
  if (status < 200 || status > 299) {
    throw new AdapterError("unavailable", `${url} answered with status ${status}; try again later`);
  }
  if (text.length > INDEX_BYTES_MAX) throw new AdapterError("invalid", `${url} is too large for an index`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AdapterError("invalid", `${url} is not JSON; check --endpoint-url`, { cause: error });
  }
}

/** The whole answer: a connection also breaks in the middle of one. */
async function ask(url: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(url, { signal });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    signal.throwIfAborted();
    const summary = `${url} cannot be reached: ${causeOf(error)}; check the network and any proxy`;
    throw new AdapterError("unavailable", summary, { cause: error });
  }
}

/**
 * Where the current list of a service in a region lies: an address of its own for every version, as CSV. `base` has no slash at
 * its end; a mirror may have the lists below a path.
 */
export async function currentListUrl(
  base: string,
  service: AwsPriceService,
  where: { readonly region: string; readonly signal: AbortSignal },
): Promise<string> {
  const { list, kind } = AWS_PRICE_LISTS[service];
  const index = `${base}/${kind}/v1.0/aws/${list}/current/region_index.json`;
  const json = await fetchIndex(index, where.signal);
  const path = kind === "offers" ? offerPath(json, where.region) : savingsPlanPath(json, where.region);
  if (path === undefined) {
    throw new AdapterError(
      "not-found",
      `${list} has no price list of the region ${where.region}; check --regions`,
    );
  }
  // The index names the JSON form. The CSV has the same rows, each with its product, so that nothing is to be remembered.
  return new URL(`${base}${path.replace(/\.json$/, ".csv")}`).href;
}

function offerPath(json: unknown, region: string): string | undefined {
  const parsed = OfferIndex.safeParse(json);
  if (!parsed.success) throw notAnIndex();
  return Object.hasOwn(parsed.data.regions, region)
    ? parsed.data.regions[region]?.currentVersionUrl
    : undefined;
}

function savingsPlanPath(json: unknown, region: string): string | undefined {
  const parsed = SavingsPlanIndex.safeParse(json);
  if (!parsed.success) throw notAnIndex();
  return parsed.data.regions.find(({ regionCode }) => regionCode === region)?.versionUrl;
}

function notAnIndex(): AdapterError {
  return new AdapterError(
    "invalid",
    "the price list's region index has another shape than AWS publishes; check --endpoint-url",
  );
}
