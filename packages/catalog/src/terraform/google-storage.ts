import type { PricedParts } from "../pricing/priced-parts.ts";
import { combineParts, partMissing } from "../pricing/priced-parts.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { textAt } from "./attributes.ts";
import { type GoogleUsage, locationOf, usageLines } from "./google-usage.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

const CLASSES: Readonly<Record<string, UnitPriceName>> = {
  STANDARD: "gcs-standard-gb-month",
  NEARLINE: "gcs-nearline-gb-month",
  COLDLINE: "gcs-coldline-gb-month",
  ARCHIVE: "gcs-archive-gb-month",
};

/** Operations of the standard class; those of the colder ones cost more. */
const OPERATIONS: readonly GoogleUsage[] = [
  {
    name: "Operations of class A",
    unit: "10k requests",
    price: "gcs-standard-class-a-10k-requests",
    keys: ["monthly_class_a_operations"],
    per: 10_000,
  },
  {
    name: "Operations of class B",
    unit: "10k requests",
    price: "gcs-standard-class-b-10k-requests",
    keys: ["monthly_class_b_operations"],
    per: 10_000,
  },
];

/** `google_storage_bucket`: what it stores, by location and class, and what is asked of it. Data that leaves it is not looked at. */
export function priceGoogleStorageBucket(resource: ResourceView, view: PlanView): PricedParts {
  const storageClass = textAt(resource.values, ["storage_class"])?.toUpperCase() ?? "STANDARD";
  const price = Object.hasOwn(CLASSES, storageClass) ? CLASSES[storageClass] : undefined;
  if (price === undefined) return partMissing(`no price of the storage class ${storageClass}`);
  const at = { region: locationOf(resource, view), prices: view.prices };
  const name = `Storage (${storageClass.toLowerCase()})`;
  const storage: GoogleUsage = { name, unit: "GB-months", price, keys: ["storage_gb"] };
  const isStandard = storageClass === "STANDARD";
  return combineParts(
    usageLines([storage, ...(isStandard ? OPERATIONS : [])], resource, at),
    ...(isStandard ? [] : [partMissing(`no price of operations of the storage class ${storageClass}`)]),
  );
}

/** `google_container_registry`: a bucket of the standard class, in the multi-region that it names. */
export function priceGoogleContainerRegistry(resource: ResourceView, view: PlanView): PricedParts {
  const at = {
    region: locationOf({ ...resource, values: { location: "us", ...located(resource) } }, view),
    prices: view.prices,
  };
  const storage: GoogleUsage = {
    name: "Storage (standard)",
    unit: "GB-months",
    price: "gcs-standard-gb-month",
    keys: ["storage_gb"],
  };
  return usageLines([storage, ...OPERATIONS], resource, at);
}

function located(resource: ResourceView): { readonly location?: string } {
  const location = textAt(resource.values, ["location"]);
  return location === undefined ? {} : { location };
}
