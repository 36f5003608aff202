import {
  machineHourlyPrice,
  type MachineType,
  machineType,
  machineWithGpus,
  machineWithGpusHourlyPrice,
  platformOfGoogleImage,
  type PriceBook,
} from "@apex/catalog";
import { type Decimal, type JsonObject, type Known, known, type Resource, unknown } from "@apex/core";
import { blocksAt, isTrueAt, numberAt, textAt } from "./attributes.ts";

/** A Compute Engine instance that can be judged by itself, with its price; or why it cannot. */
export type GceMachine =
  | {
      readonly kind: "machine";
      /** With the GPUs attached to it, and then named "n1-standard-8 with 2 nvidia-tesla-t4". */
      readonly machine: MachineType;
      /** What its machine type is called. */
      readonly typeName: string;
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
  const region = googleRegionOf(instance);
  if (region === undefined) return refused("its region is not known, so neither is its price");
  const shape = shapeOf(name, instance.attributes);
  if (shape.kind === "unknown") return refused(shape.reason);
  const { machine, priceIn } = shape.value;
  const hourly = priceIn(region, prices);
  if (hourly.kind === "unknown") return refused(`its price is not known: ${hourly.reason}`);
  return { kind: "machine", machine, typeName: name, region, hourly: hourly.value };
}

interface GceShape {
  readonly machine: MachineType;
  /** USD an hour. */
  readonly priceIn: (region: string, prices: PriceBook) => Known<Decimal>;
}

/** The shape that a machine type has with what is attached. Types with GPUs of their own list them as attached too. */
function shapeOf(name: string, attributes: JsonObject): Known<GceShape> {
  const machine = machineType("gcp", name);
  if (machine === undefined) return unknown(`the catalogue does not know the shape of ${name}`);
  const attached = blocksAt(attributes, "guest_accelerator").flatMap(({ block }) => {
    const type = textAt(block, "type")?.split("/").at(-1);
    const count = numberAt(block, "count") ?? 0;
    return count === 0 ? [] : [{ type: type ?? "an unknown GPU", count }];
  });
  if (attached.some(({ type }) => type.endsWith("-vws")))
    return unknown("the price of its virtual workstation licence is not known");
  const [gpus] = attached;
  if (machine.gpu === undefined && gpus !== undefined) {
    const whole = attached.length === 1 ? machineWithGpus(name, gpus) : undefined;
    return whole === undefined
      ? unknown(`the catalogue does not know ${name} with ${gpus.count} ${gpus.type}`)
      : known({
          machine: whole.machine,
          priceIn: (region, prices) => machineWithGpusHourlyPrice(whole, region, prices),
        });
  }
  if (machine.gpu === undefined && GPU_FAMILIES.has(machine.family))
    return unknown(`how many GPUs ${name} has is not known`);
  return known({
    machine,
    priceIn: (region, prices) => {
      const price = machineHourlyPrice({ provider: "gcp", name, region }, prices);
      return price.kind === "known" ? known(price.value.price) : price;
    },
  });
}

/** Families all of whose machines have GPUs, custom ones too. */
const GPU_FAMILIES: ReadonlySet<string> = new Set(["g2", "g4"]);

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
  const bought = whyNotOnDemand(instance);
  if (bought !== undefined) return bought;
  const platform = gcePlatform(instance);
  if (platform !== undefined && platform !== FREE_PLATFORM)
    return `the price of its ${platform} licence is not known`;
  const status = textAt(attributes, "current_status");
  if (status !== undefined && status !== "RUNNING") return `it is ${status.toLowerCase()}`;
  return undefined;
}

/** The operating system of an instance as a bill words it, by the inventory or the name of a public image; `undefined` where neither tells. */
export function gcePlatform({ attributes, observed }: Resource): string | undefined {
  const image = textAt(attributes, "boot_disk", 0, "initialize_params", 0, "image");
  return observed?.platform ?? platformOfGoogleImage(image);
}

/** Why a machine is not paid at the list price on demand. Source: Compute Engine API reference, instances, scheduling. */
function whyNotOnDemand({ attributes, observed }: Resource): string | undefined {
  const scheduling = blocksAt(attributes, "scheduling").map(({ block }) => block);
  const isSoleTenant = scheduling.some((block) =>
    blocksAt(block, "node_affinities").some(({ block: affinity }) =>
      textAt(affinity, "key")?.startsWith("compute.googleapis.com/node"),
    ),
  );
  if (isSoleTenant || observed?.purchaseOption === "dedicated")
    return "it runs on a sole-tenant node, which is paid as a whole";
  if (scheduling.some((block) => isTrueAt(block, "preemptible")))
    return "it runs on spot capacity, whose price is not the list price";
  const model = scheduling
    .map((block) => textAt(block, "provisioning_model"))
    .find((one) => one !== undefined && one !== "STANDARD");
  if (model !== undefined)
    return `it runs on ${model.toLowerCase()}${model === "SPOT" ? " capacity" : ""}, whose price is not the list price`;
  return textAt(attributes, "reservation_affinity", 0, "type") === "SPECIFIC_RESERVATION"
    ? "it fills a reservation, which is billed whatever runs in it"
    : undefined;
}

/** The Google region of a resource: its own, or the one that its zone lies in. */
export function googleRegionOf({ region, attributes }: Resource): string | undefined {
  const place = region ?? textAt(attributes, "zone")?.split("/").at(-1);
  return place?.replace(/-[a-z]$/, "");
}

function refused(reason: string): GceMachine {
  return { kind: "refused", reason };
}
