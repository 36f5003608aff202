import type { PriceBook, PriceService } from "@apex/catalog";
import {
  type Decimal,
  decimal,
  divide,
  multiply,
  type Recommendation,
  type Resource,
  subtract,
} from "@apex/core";
import { textAt } from "./fleet/attributes.ts";
import { awsRegionOf } from "./fleet/instance.ts";
import { operatingSystemOf } from "./fleet/operating-system.ts";

/** Where a resource's price stands in the tables. */
interface PricePlace {
  readonly service: PriceService;
  readonly region: string;
  readonly variant: string;
}

/** The tables that machines of a Terraform type are priced from; `undefined` for what is no machine. */
function placeOf(resource: Resource): PricePlace | undefined {
  const region = awsRegionOf(resource);
  switch (resource.type) {
    case "aws_instance":
      return region === undefined
        ? undefined
        : { service: "ec2", region, variant: operatingSystemOf(resource).operatingSystem };
    case "aws_autoscaling_group":
      return region === undefined ? undefined : { service: "ec2", region, variant: "linux" };
    case "google_compute_instance": {
      const zone = textAt(resource.attributes, "zone")?.split("/").at(-1) ?? resource.region;
      const place = zone?.replace(/-[a-z]$/, "");
      return place === undefined ? undefined : { service: "gce", region: place, variant: "linux" };
    }
    default:
      return undefined;
  }
}

/** The paid share of a list price, 1 where nothing says otherwise. */
interface Share {
  readonly list: Decimal;
  readonly share: Decimal;
  readonly how: string | undefined;
  readonly isLearnt: boolean;
}

const WHOLE = decimal(1);

function shareOf(prices: PriceBook, place: PricePlace, name: string): Share | undefined {
  const { service, ...where } = place;
  const key = { ...where, name };
  const list = prices.find(service, key)?.price;
  if (list === undefined || list === "0") return undefined;
  const paid = prices.paid(service, key);
  if (paid === undefined) return { list, share: WHOLE, how: undefined, isLearnt: false };
  return { list, share: divide(paid.price, list), how: paid.how, isLearnt: paid.source === "bill" };
}

/**
 * What part of a list saving is one in what is really paid. Where only one of two types is in the bill, its share is taken for
 * both: contracts of a percentage are the rule.
 */
function paidPart(from: Share, to: Share | undefined): Decimal | undefined {
  if (to === undefined || from.share === to.share) return from.share;
  if (from.isLearnt && to.how === undefined) return from.share;
  if (to.isLearnt && from.how === undefined) return to.share;
  const listDifference = subtract(from.list, to.list);
  if (listDifference === "0") return undefined;
  const paidDifference = subtract(multiply(from.list, from.share), multiply(to.list, to.share));
  return divide(paidDifference, listDifference);
}

/**
 * A recommendation with its net saving in the prices that are really paid, by contract or by the bill. The list saving stays, and a
 * net saving that is not known stays unknown.
 */
export function inPaidPrices(
  recommendation: Recommendation,
  resource: Resource,
  prices: PriceBook,
): Recommendation {
  const { monthlySavings, from, to, evidence } = recommendation;
  const place = placeOf(resource);
  if (place === undefined || monthlySavings.net === null) return recommendation;
  const now = shareOf(prices, place, from);
  if (now === undefined) return recommendation;
  const after = shareOf(prices, place, to);
  const hows = [...new Set([now.how, after?.how].filter((how) => how !== undefined))];
  if (hows.length === 0) return recommendation;
  const part = paidPart(now, after);
  const net = part === undefined ? null : multiply(monthlySavings.net, part);
  const notes = [...evidence.notes, `The net saving counts what is really paid: ${hows.join("; ")}`];
  return {
    ...recommendation,
    monthlySavings: { ...monthlySavings, net },
    evidence: { ...evidence, notes },
  };
}
