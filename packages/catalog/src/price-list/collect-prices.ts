import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  divide,
  parseDecimal,
  roundDecimal,
} from "@apex/core";
import type { ServicePriceTable } from "../price-book.ts";
import { UNIT_VARIANT } from "../unit-price-table.ts";
import { awsMachine, LICENCES_BY_OPERATION, type OfferProduct } from "./aws-machines.ts";
import { awsUnitPrice } from "./aws-units.ts";
import type { OfferRow } from "./offer-row.ts";
import { boxOf } from "./usage-type.ts";
import { hyphenated, type PurchaseOption, variantOf } from "./purchase.ts";

/** Where the prices that are being collected come from. */
export interface PriceListFacts {
  /** "AmazonEC2". */
  readonly offer: string;
  /** The one region of the list; rows of others are left out. */
  readonly region: string;
  /** ISO date of its publication. */
  readonly date: string;
  /** In place of AWS's. */
  readonly origin?: { readonly text: string; readonly licence: string };
}

/** What a price list came to. */
export interface CollectedPrices {
  readonly tables: readonly ServicePriceTable[];
  readonly prices: number;
  /** Names that the list gives two different prices: none is picked, so they are left out. */
  readonly ambiguous: readonly string[];
}

/** Gathers the prices of one list in one region, row by row: what it holds grows with the prices kept, not with the rows seen. */
export interface PriceCollection {
  /** A row of an offer file. */
  addOffer(row: OfferRow): void;
  /** Whether rows with the product of this one are of any use: of the term and the price nothing is looked at. */
  wantsProduct(row: OfferRow): boolean;
  /** A row of a savings plan's price list. */
  addSavingsPlanRate(rate: SavingsPlanRate): void;
  /** A price that is known by its table and name. */
  add(product: OfferProduct, usd: Decimal): void;
  finish(): CollectedPrices;
}

/** A discounted rate of a savings plan. Source: AWS Billing user guide, "Reading the service price list file for a Savings Plan". */
export interface SavingsPlanRate {
  readonly rate: string;
  readonly unit: string;
  readonly usageType: string;
  readonly operation: string;
  readonly serviceCode: string;
  readonly regionCode: string;
  /** "ComputeSavingsPlans", "EC2InstanceSavingsPlans". */
  readonly productFamily: string;
  readonly purchaseOption: string;
  readonly leaseYears: string;
}

/** Reserved prices are told by the hour of the whole term: the upfront fee is spread over it. Source: AWS, "Amortizing reserved instance upfront fees". */
const HOURS_PER_YEAR = 8760;
/** Digits of an hourly price in which an upfront fee is spread; the lists themselves have ten. */
const HOURLY_DIGITS = 10;

/** The rows that tell a reservation's price, by how it is paid; without one of them it is not known. */
const RESERVATION_ROWS: Readonly<Record<string, readonly ("upfront" | "hourly")[]>> = {
  "no-upfront": ["hourly"],
  "partial-upfront": ["upfront", "hourly"],
  "all-upfront": ["upfront"],
};

const PLAN_NAMES: Readonly<Record<string, "compute-savings-plan" | "instance-savings-plan">> = {
  ComputeSavingsPlans: "compute-savings-plan",
  EC2InstanceSavingsPlans: "instance-savings-plan",
};

function reservedOption(row: OfferRow): PurchaseOption | undefined {
  const years = /^([13]) ?yr$/.exec(row.leaseContractLength)?.[1];
  const payment = hyphenated(row.purchaseOption);
  if (years === undefined || !Object.hasOwn(RESERVATION_ROWS, payment)) return undefined;
  const convertible = row.offeringClass === "convertible" ? "-convertible" : "";
  return `reserved-${years}yr-${payment}${convertible}`;
}

function savingsPlanPrice(rate: SavingsPlanRate): { product: OfferProduct; usd: Decimal } | undefined {
  const plan = PLAN_NAMES[rate.productFamily];
  const licence = LICENCES_BY_OPERATION[rate.operation];
  const name = boxOf(rate.usageType);
  if (plan === undefined || licence === undefined || name === undefined) return undefined;
  if (rate.serviceCode !== "AmazonEC2" || rate.unit !== "Hrs") return undefined;
  const option: PurchaseOption = `${plan}-${rate.leaseYears}yr-${hyphenated(rate.purchaseOption)}`;
  return {
    product: { service: "ec2", variant: variantOf(licence, option), name },
    usd: decimal(rate.rate),
  };
}

/** The two parts of a reservation's price, which stand in rows of their own. */
interface Reservation {
  readonly product: OfferProduct;
  readonly years: number;
  readonly needed: readonly ("upfront" | "hourly")[];
  upfront: Decimal | undefined;
  hourly: Decimal | undefined;
  isAmbiguous: boolean;
}

class Collection implements PriceCollection {
  private readonly facts: PriceListFacts;
  private readonly tables = new Map<
    string,
    { readonly product: OfferProduct; readonly rows: Map<string, Decimal> }
  >();
  private readonly reservations = new Map<string, Reservation>();
  private readonly ambiguous = new Set<string>();

  constructor(facts: PriceListFacts) {
    this.facts = facts;
  }

  addOffer(row: OfferRow): void {
    // A price that is no number is none.
    if (row.regionCode !== this.facts.region || parseDecimal(row.pricePerUnit) === undefined) return;
    const machine = awsMachine(this.facts.offer, row);
    if (machine !== undefined) return this.addMachine(machine, row);
    const unit = awsUnitPrice(this.facts.offer, row);
    if (unit !== undefined) this.add({ service: "units", variant: UNIT_VARIANT, name: unit.name }, unit.usd);
  }

  wantsProduct(row: OfferRow): boolean {
    if (row.regionCode !== this.facts.region) return false;
    const { offer } = this.facts;
    const priced: OfferRow = {
      ...row,
      termType: "OnDemand",
      unit: "Hrs",
      startingRange: "0",
      pricePerUnit: "1",
    };
    return awsMachine(offer, priced) !== undefined || awsUnitPrice(offer, priced) !== undefined;
  }

  addSavingsPlanRate(rate: SavingsPlanRate): void {
    if (rate.regionCode !== this.facts.region || parseDecimal(rate.rate) === undefined) return;
    const found = savingsPlanPrice(rate);
    if (found !== undefined) this.add(found.product, found.usd);
  }

  add(product: OfferProduct, usd: Decimal): void {
    // Placeholders of what is not sold stand in the lists at a price of zero.
    if (compareDecimals(usd, decimal(0)) <= 0) return;
    const key = `${product.service}|${product.variant}`;
    const table = this.tables.get(key) ?? { product, rows: new Map<string, Decimal>() };
    this.tables.set(key, table);
    const other = table.rows.get(product.name);
    if (other !== undefined && other !== usd) this.ambiguous.add(`${key}|${product.name}`);
    table.rows.set(product.name, usd);
  }

  finish(): CollectedPrices {
    for (const reservation of this.reservations.values()) this.addReservation(reservation);
    for (const key of this.ambiguous) {
      const [service = "", variant = "", name = ""] = key.split("|");
      this.tables.get(`${service}|${variant}`)?.rows.delete(name);
    }
    const { offer, region, date, origin: given } = this.facts;
    const origin = given?.text ?? `AWS Price List, offer ${offer}`;
    const licence = given?.licence ?? "AWS customer agreement";
    const tables = [...this.tables.values()]
      .filter(({ rows }) => rows.size > 0)
      .map(({ product, rows }): ServicePriceTable => {
        return {
          service: product.service,
          region,
          variant: product.variant,
          ...(product.service === "units" ? { label: `${origin}, ${region}` } : {}),
          origin,
          date,
          licence,
          rows: [...rows]
            .map(([name, usd]) => `${name} ${usd}`)
            .toSorted()
            .join("\n"),
        };
      })
      .toSorted((a, b) => (`${a.service} ${a.variant}` < `${b.service} ${b.variant}` ? -1 : 1));
    const prices = [...this.tables.values()].reduce((sum, { rows }) => sum + rows.size, 0);
    return {
      tables,
      prices,
      ambiguous: [...this.ambiguous].map((key) => key.replaceAll("|", " ")).toSorted(),
    };
  }

  private addMachine(machine: OfferProduct, row: OfferRow): void {
    if (row.termType === "OnDemand") {
      if (row.unit === "Hrs") this.add(machine, decimal(row.pricePerUnit));
      return;
    }
    const option = row.termType === "Reserved" ? reservedOption(row) : undefined;
    if (option === undefined) return;
    const product = { ...machine, variant: variantOf(machine.variant, option) };
    const key = `${product.service}|${product.variant}|${product.name}`;
    const reservation = this.reservations.get(key) ?? {
      product,
      years: Number(row.leaseContractLength.charAt(0)),
      needed: RESERVATION_ROWS[hyphenated(row.purchaseOption)] ?? [],
      upfront: undefined,
      hourly: undefined,
      isAmbiguous: false,
    };
    this.reservations.set(key, reservation);
    const part = row.unit === "Quantity" ? "upfront" : "hourly";
    const usd = decimal(row.pricePerUnit);
    if (reservation[part] !== undefined && reservation[part] !== usd) reservation.isAmbiguous = true;
    reservation[part] = usd;
  }

  private addReservation(reservation: Reservation): void {
    const { product, years, upfront = decimal(0), hourly = decimal(0) } = reservation;
    const { service, variant, name } = product;
    if (reservation.isAmbiguous) this.ambiguous.add(`${service}|${variant}|${name}`);
    else if (reservation.needed.every((part) => reservation[part] !== undefined)) {
      const whole = addDecimals(hourly, divide(upfront, decimal(years * HOURS_PER_YEAR)));
      this.add(product, decimal(roundDecimal(whole, HOURLY_DIGITS)));
    }
  }
}

/** Begins to collect the prices of a list. */
export function collectPrices(facts: PriceListFacts): PriceCollection {
  return new Collection(facts);
}
