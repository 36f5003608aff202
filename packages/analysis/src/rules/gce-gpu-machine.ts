import {
  machinesWithGpus,
  machineTypes,
  type MachineType,
  machineWithGpusHourlyPrice,
  machineWithGpusNamed,
} from "@apex/catalog";
import { type Known, type Decimal, type MigrationEffort, unknown } from "@apex/core";
import { gceDiskPerformance } from "../fleet/gce-disk.ts";
import { gceMachine } from "../fleet/gce-instance.ts";
import { hourlyPrice } from "../rightsizing/machine-candidates.ts";
import { changesToType, gceMarket, hasLocalSsds, isCheaperAfterDiscount } from "./gce-machine-type.ts";
import { stopGce } from "./gce-stop.ts";
import { netOfSustainedUse } from "./gce-sustained-use.ts";
import type { GpuMachine, GpuMachineType, GpuMove } from "./gpu-machine.ts";
import { noEdit } from "./no-edit.ts";
import type { RuleContext } from "./rule.ts";

/**
 * A Compute Engine instance with GPUs, its own or attached to an N1 machine; `undefined` for others, and for what cannot be read.
 * Those that may stand in for it are accelerator-optimised types, and N1 types with every number of attached GPUs.
 */
export function gceGpuMachine(context: RuleContext): GpuMachine | undefined {
  const { resource, prices, cost, fleet } = context;
  const found = gceMachine(resource, prices);
  if (found.kind === "refused" || !isGpuMachine(found.machine)) return undefined;
  const { machine, hourly, region } = found;
  const { unknowns: unknownLicence, ...market } = gceMarket(resource, { region, prices });
  const priceOf = (after: GpuMachineType): Known<Decimal> => {
    const whole = machineWithGpusNamed(after.name);
    const price =
      whole === undefined ? hourlyPrice(after, market) : machineWithGpusHourlyPrice(whole, region, prices);
    if (price.kind === "unknown") return price;
    return isCheaperAfterDiscount({ machine, hourly }, { machine: after, hourly: price.value })
      ? price
      : unknown("no cheaper after the discount for a month of use");
  };
  return {
    machine,
    market,
    hourly,
    unknowns: [...UNKNOWNS, ...unknownLicence],
    volumes: gceDiskPerformance(fleet, resource),
    types: () =>
      hasLocalSsds(resource, machine)
        ? []
        : [...machineTypes("gcp"), ...machinesWithGpus().map((one) => one.machine)].filter(isGpuMachine),
    priceOf,
    effortTo: (after) => effortOf(way(machine, after)),
    moveTo: (after) =>
      moveOf(context, way(machine, after), machineWithGpusNamed(after.name)?.base ?? after.name),
    stop: (idleness) => stopGce(context, { machine, hourly, idleness }),
    netOf: netOfSustainedUse({ machine, hourly }, cost?.commitmentCoverage),
  };
}

const UNKNOWNS = [
  "sustained-use discounts: the saving is what is left after those of a full month",
  "capacity: whether the zone has such GPUs free, and the project the quota, is not known",
];

function isGpuMachine(machine: MachineType): machine is GpuMachineType {
  return machine.gpu !== undefined;
}

/** How one machine becomes another: by its machine type, by other GPUs attached to it, or by making it anew. */
type Way = "machine-type" | "attached-gpus" | "made-anew";

/**
 * Source: Compute Engine documentation, "Add or remove GPUs" and "Edit the machine type": within G2 and within A2 standard the
 * type of a stopped instance changes, and on N1 the GPUs attached to it; between series, and where SSDs are bundled, neither.
 */
function way(now: GpuMachineType, after: MachineType): Way {
  const isBundled = now.localNvmeGb > 0 || after.localNvmeGb > 0;
  if (after.family !== now.family || isBundled) return "made-anew";
  if (now.family === "n1") {
    const isSame = after.gpu?.name === now.gpu.name && after.gpu.count === now.gpu.count;
    return isSame ? "machine-type" : "attached-gpus";
  }
  return now.family === "g2" || now.family === "a2" ? "machine-type" : "made-anew";
}

function effortOf(how: Way): MigrationEffort {
  if (how === "machine-type") return "very-low";
  return how === "attached-gpus" ? "low" : "medium";
}

function moveOf({ resource }: RuleContext, how: Way, typeName: string): GpuMove {
  const stopped = "the instance is stopped and started";
  switch (how) {
    case "machine-type":
      return { changes: changesToType(resource, typeName), restart: stopped, notes: [] };
    case "attached-gpus":
      return {
        changes: [],
        restart: stopped,
        notes: [
          noEdit(
            "Compute Engine changes the GPUs of a stopped instance (instances.setMachineResources), but Terraform would make the instance anew for another guest_accelerator",
          ),
        ],
      };
    case "made-anew":
      return {
        changes: [],
        restart: "the instance is made anew from its disks",
        notes: [
          noEdit(
            "Compute Engine does not change an instance into this type: it has to be made anew, from a copy of its disks",
          ),
        ],
      };
  }
}
