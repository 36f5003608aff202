import {
  machineHourlyPrice,
  machineWithGpusNamed,
  type OperatingSystem,
  type PriceBook,
  type PriceService,
  rdsVariant,
} from "@apex/catalog";
import {
  addDecimals,
  type CloudProvider,
  type Decimal,
  decimal,
  divide,
  multiply,
  type Recommendation,
  type Resource,
  subtract,
} from "@apex/core";
import { isTrueAt, textAt } from "./fleet/attributes.ts";
import type { Fleet } from "./fleet/fleet.ts";
import { googleRegionOf } from "./fleet/gce-instance.ts";
import { awsRegionOf } from "./fleet/instance.ts";
import { groupLicence, operatingSystemOf } from "./fleet/operating-system.ts";

/** Where the prices of a resource's machine stand in the tables. */
interface PricePlace {
  readonly service: PriceService;
  readonly region: string;
  /** `undefined` where the machine is of a kind without prices. */
  readonly variant: string | undefined;
  readonly provider: CloudProvider;
  /** Of machines that are priced with an operating system. */
  readonly licence?: OperatingSystem;
}

/** The service that a resource is bought from: what is no machine stands among the unit prices. */
function placeOf(fleet: Fleet, resource: Resource): PricePlace | undefined {
  const { type, provider, attributes } = resource;
  const region = resource.provider === "gcp" ? googleRegionOf(resource) : awsRegionOf(resource);
  if (region === undefined) return undefined;
  const machines = (service: PriceService, licence: OperatingSystem): PricePlace => {
    return { service, region, provider, variant: licence, licence };
  };
  switch (type) {
    case "aws_instance":
      return machines("ec2", operatingSystemOf(resource).operatingSystem);
    case "aws_autoscaling_group":
    case "aws_eks_node_group":
      return machines("ec2", groupLicence(fleet, resource).operatingSystem);
    case "google_compute_instance":
    case "google_container_node_pool":
      return machines("gce", "linux");
    case "aws_db_instance":
    case "aws_rds_cluster_instance": {
      const engine = textAt(attributes, "engine") ?? "";
      return {
        service: "rds",
        provider,
        region,
        variant: rdsVariant(engine, isTrueAt(attributes, "multi_az")),
      };
    }
    default:
      return {
        service: type.startsWith("aws_elasticache_") ? "elasticache" : "units",
        provider,
        region,
        variant: undefined,
      };
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

/** A share, or `undefined` where it is not known, and how it is known. */
interface Part {
  readonly part: Decimal | undefined;
  readonly hows: readonly string[];
}

/** Nothing but the list is known, or a share that everything has in common. */
const AT_LIST: Part = { part: WHOLE, hows: [] };

/** Tells net savings in the prices that are really paid, by contract or by the bill. */
export class PaidSavings {
  private readonly prices: PriceBook;
  private readonly fleet: Fleet;
  /** By service and region. */
  private readonly common = new Map<string, Part>();

  constructor(prices: PriceBook, fleet: Fleet) {
    this.prices = prices;
    this.fleet = fleet;
  }

  /** A recommendation with its net saving in what is paid. The list saving stays, and a net saving that is not known stays unknown. */
  of(recommendation: Recommendation, resource: Resource): Recommendation {
    const { monthlySavings, from, to, evidence } = recommendation;
    const place = placeOf(this.fleet, resource);
    if (place === undefined || monthlySavings.net === null) return recommendation;
    const { part, hows } = this.ofMachine(place, from, to) ?? this.ofService(place);
    if (hows.length === 0) return recommendation;
    const net = part === undefined ? null : multiply(monthlySavings.net, part);
    const note =
      net === null
        ? `What is left of the saving in private prices is not known: they differ among what this changes (${hows.join("; ")})`
        : `The net saving counts what is really paid: ${hows.join("; ")}`;
    return {
      ...recommendation,
      monthlySavings: { ...monthlySavings, net },
      evidence: { ...evidence, notes: [...evidence.notes, note] },
    };
  }

  /** From the machines that a change is from and to; `undefined` where it does not name any. */
  private ofMachine(place: PricePlace, from: string, to: string): Part | undefined {
    const now = this.share(place, from);
    if (now === undefined) return undefined;
    const after = this.share(place, to);
    const hows = [...new Set([now.how, after?.how].filter((how) => how !== undefined))];
    return { part: paidPart(now, after), hows };
  }

  private share(place: PricePlace, name: string): Share | undefined {
    const { service, region, variant } = place;
    if (variant === undefined) return undefined;
    const whole = service === "gce" ? machineWithGpusNamed(name) : undefined;
    if (whole !== undefined) return this.shareWithGpus(place, whole.base, whole.attached);
    const key = { region, variant, name };
    const list = this.prices.find(service, key)?.price ?? this.machinePrice(place, name);
    if (list === undefined || list === "0") return undefined;
    const paid = this.prices.paid(service, key, list);
    if (paid === undefined) return { list, share: WHOLE, how: undefined, isLearnt: false };
    return { list, share: divide(paid.price, list), how: paid.how, isLearnt: paid.source === "bill" };
  }

  /** Of a machine and the GPUs attached to it, which have prices and discounts of their own. */
  private shareWithGpus(
    place: PricePlace,
    base: string,
    { type, count }: { readonly type: string; readonly count: number },
  ): Share | undefined {
    const { region, provider } = place;
    const machine = this.share(place, base);
    const gpu = this.share({ service: "gce-gpu", region, provider, variant: "gpu" }, type);
    if (machine === undefined || gpu === undefined) return undefined;
    const gpus = multiply(gpu.list, decimal(count));
    const list = addDecimals(machine.list, gpus);
    const paid = addDecimals(multiply(machine.list, machine.share), multiply(gpus, gpu.share));
    const hows = [...new Set([machine.how, gpu.how].filter((how) => how !== undefined))];
    return {
      list,
      share: divide(paid, list),
      how: hows.length === 0 ? undefined : hows.join("; "),
      isLearnt: machine.isLearnt || gpu.isLearnt,
    };
  }

  /** The list price of a machine that no table holds, but the catalogue can tell: of a licence by the vCPU, of a custom shape. */
  private machinePrice({ provider, region, licence }: PricePlace, name: string): Decimal | undefined {
    if (licence === undefined) return undefined;
    const price = machineHourlyPrice({ provider, name, region, operatingSystem: licence }, this.prices);
    return price.kind === "known" ? price.value.price : undefined;
  }

  /** The share that all prices of a service have in common by the contract; a few rates from the bill say nothing of the rest. */
  private ofService(place: PricePlace): Part {
    const key = `${place.service} ${place.region}`;
    const known = this.common.get(key) ?? this.commonPart(place);
    this.common.set(key, known);
    return known;
  }

  private commonPart({ service, region, provider }: PricePlace): Part {
    const shares = new Set<Decimal>();
    const hows = new Set<string>();
    for (const variant of this.prices.variants(service, region).filter((each) => !each.includes("/"))) {
      for (const name of this.prices.names(service)) {
        const found = this.share({ service, region, provider, variant }, name);
        if (found === undefined) continue;
        shares.add(found.isLearnt ? WHOLE : found.share);
        if (found.how !== undefined && !found.isLearnt) hows.add(found.how);
      }
    }
    if (hows.size === 0) return AT_LIST;
    const [only] = shares;
    return { part: shares.size === 1 ? only : undefined, hows: [...hows].slice(0, 3) };
  }
}
