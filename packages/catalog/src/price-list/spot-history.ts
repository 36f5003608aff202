import { type Decimal, decimal, parseDecimal } from "@apex/core";
import type { OfferProduct } from "./aws-machines.ts";
import { variantOf } from "./purchase.ts";

/** A change of a spot price, as EC2 tells it. Source: EC2 API reference, `DescribeSpotPriceHistory`. */
export interface SpotPriceChange {
  readonly instanceType: string;
  /** "Linux/UNIX", "Windows (Amazon VPC)". */
  readonly productDescription: string;
  readonly availabilityZone: string;
  /** USD per hour, from the moment of the change on. */
  readonly price: string;
  readonly atMs: number;
}

/** The platforms of spot requests by the catalogue's names. */
const LICENCES: Readonly<Record<string, string>> = {
  "Linux/UNIX": "linux",
  Windows: "windows",
  "Red Hat Enterprise Linux": "rhel",
  "SUSE Linux": "suse",
};

/** Shares of the time in which a machine cost no more: the median, nine hours of ten, and always. */
const PERCENTILES = [
  ["spot-p50", 0.5],
  ["spot-p90", 0.9],
  ["spot-max", 1],
] as const;

/** A price and for how long it was in force. */
interface Stretch {
  readonly price: Decimal;
  readonly ms: number;
}

/** The changes of one machine in one zone. */
type ZoneHistory = { readonly price: Decimal; readonly atMs: number }[];

/** Gathers a region's history. */
export interface SpotHistory {
  add(change: SpotPriceChange): void;
  /** Percentiles of the price by time, over the zones of the region alike: a machine may be started in any of them. */
  finish(window: {
    readonly startMs: number;
    readonly endMs: number;
  }): readonly { readonly product: OfferProduct; readonly usd: Decimal }[];
}

function stretchesOf(
  history: ZoneHistory,
  window: { readonly startMs: number; readonly endMs: number },
): Stretch[] {
  const changes = history.toSorted((a, b) => a.atMs - b.atMs);
  return changes.flatMap(({ price, atMs }, index) => {
    const from = Math.max(atMs, window.startMs);
    const to = Math.min(changes[index + 1]?.atMs ?? window.endMs, window.endMs);
    return to > from ? [{ price, ms: to - from }] : [];
  });
}

/** The lowest price that the time of a share did not exceed. */
function percentile(ascending: readonly Stretch[], share: number): Decimal | undefined {
  const whole = ascending.reduce((sum, { ms }) => sum + ms, 0);
  let passed = 0;
  for (const { price, ms } of ascending) {
    passed += ms;
    if (passed >= share * whole) return price;
  }
  return ascending.at(-1)?.price;
}

/** Begins to gather a region's spot prices; changes may come in any order. */
export function spotHistory(): SpotHistory {
  const machines = new Map<string, Map<string, ZoneHistory>>();
  return {
    add: ({ instanceType, productDescription, availabilityZone, price, atMs }) => {
      const licence = LICENCES[productDescription.replace(/ \(Amazon VPC\)$/, "")];
      const usd = parseDecimal(price);
      if (licence === undefined || usd === undefined || Number(usd) <= 0 || !Number.isFinite(atMs)) return;
      const key = `${licence} ${instanceType}`;
      const zones = machines.get(key) ?? new Map<string, ZoneHistory>();
      machines.set(key, zones);
      const history = zones.get(availabilityZone) ?? [];
      zones.set(availabilityZone, history);
      history.push({ price: decimal(usd), atMs });
    },
    finish: (window) =>
      [...machines].flatMap(([key, zones]) => {
        const [licence = "", name = ""] = key.split(" ");
        const stretches = [...zones.values()].flatMap((history) => stretchesOf(history, window));
        const ascending = stretches.toSorted((a, b) => Number(a.price) - Number(b.price));
        return PERCENTILES.flatMap(([option, share]) => {
          const usd = percentile(ascending, share);
          const product: OfferProduct = { service: "ec2", variant: variantOf(licence, option), name };
          return usd === undefined ? [] : [{ product, usd }];
        });
      }),
  };
}
