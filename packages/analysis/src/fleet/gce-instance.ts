import { machineHourlyPrice, type MachineType, machineType, type PriceBook } from "@apex/catalog";
import type { Decimal, Resource } from "@apex/core";
import { blocksAt, isTrueAt, textAt } from "./attributes.ts";

/** A Compute Engine instance that can be judged by itself, with its price; or why it cannot. */
export type GceMachine =
  | {
      readonly kind: "machine";
      readonly machine: MachineType;
      readonly region: string;
      readonly hourly: Decimal;
    }
  | { readonly kind: "refused"; readonly reason: string };

/** Reads type, region and price of a `google_compute_instance`. */
export function gceMachine(instance: Resource, prices: PriceBook): GceMachine {
  const notAlone = whyNotAlone(instance);
  if (notAlone !== undefined) return refused(notAlone);
  // The state holds the name or the whole link.
  const name = textAt(instance.attributes, "machine_type")?.split("/").at(-1);
  if (name === undefined) return refused("its machine type is not in the state");
  const machine = machineType("gcp", name);
  if (machine === undefined) return refused(`the catalogue does not know the shape of ${name}`);
  const region = googleRegionOf(instance);
  if (region === undefined) return refused("its region is not known, so neither is its price");
  const price = machineHourlyPrice({ provider: "gcp", name, region }, prices);
  if (price.kind === "unknown") return refused(`its price is not known: ${price.reason}`);
  return { kind: "machine", machine, region, hourly: price.value.price };
}

/** Systems whose price is the machine's own, as an inventory words them. */
const FREE_PLATFORM = "Linux/UNIX";

function whyNotAlone(instance: Resource): string | undefined {
  const { attributes, observed } = instance;
  const labels = Object.keys(instance.tags);
  if (labels.some((key) => key.startsWith("goog-k8s") || key.startsWith("goog-gke"))) {
    return "it is a Kubernetes node; its size follows from what is scheduled on it";
  }
  if (observed?.details?.["isInManagedGroup"] === true)
    return "it belongs to a managed instance group, which makes it anew from its template";
  if (observed?.purchaseOption === "dedicated")
    return "it runs on a sole-tenant node, which is paid as a whole";
  if (observed?.platform !== undefined && observed.platform !== FREE_PLATFORM)
    return `the price of its ${observed.platform} licence is not known`;
  const isSpot = blocksAt(attributes, "scheduling").some(
    ({ block }) => isTrueAt(block, "preemptible") || textAt(block, "provisioning_model") === "SPOT",
  );
  if (isSpot) return "it runs on spot capacity, whose price is not the list price";
  if (blocksAt(attributes, "guest_accelerator").length > 0)
    return "it has GPUs attached, which are not judged on GCE yet";
  const status = textAt(attributes, "current_status");
  if (status !== undefined && status !== "RUNNING") return `it is ${status.toLowerCase()}`;
  return undefined;
}

/** The Google region of a resource: its own, or the one that its zone lies in. */
export function googleRegionOf({ region, attributes }: Resource): string | undefined {
  const place = region ?? textAt(attributes, "zone")?.split("/").at(-1);
  return place?.replace(/-[a-z]$/, "");
}

function refused(reason: string): GceMachine {
  return { kind: "refused", reason };
}
