import type { CloudProvider } from "@apex/core";
import { AWS_MACHINE_TYPES } from "./aws-machine-types.generated.ts";
import { gcpCustomMachineType } from "./gcp-custom-machine-type.ts";
import { GCP_MACHINE_TYPES } from "./gcp-machine-types.generated.ts";
import { lazily, mergeTables, type TableRow } from "./generated-table.ts";
import type { MachineGpu, MachineType } from "./machine-type.ts";

/** `{ [key]: number }` of a cell, or nothing when the cell is empty. */
function numeric<K extends string>(row: TableRow, key: K): { readonly [P in K]?: number } {
  const text = row[key];
  return text === undefined ? {} : ({ [key]: Number(text) } as { [P in K]: number });
}

function gpuOf(row: TableRow): { readonly gpu?: MachineGpu } {
  if (row["gpuName"] === undefined || row["gpuCount"] === undefined) return {};
  return {
    gpu: {
      name: row["gpuName"],
      count: Number(row["gpuCount"]),
      ...(row["gpuMemoryGib"] === undefined ? {} : { memoryGib: Number(row["gpuMemoryGib"]) }),
      ...(row["gpuShare"] === undefined ? {} : { share: Number(row["gpuShare"]) }),
    },
  };
}

function acceleratorOf(row: TableRow): {
  readonly accelerator?: { readonly name: string; readonly count: number };
} {
  if (row["acceleratorName"] === undefined) return {};
  return { accelerator: { name: row["acceleratorName"], count: Number(row["acceleratorCount"]) } };
}

/** Where baseline and maximum IOPS are equal the machine does not burst, and its maximum throughput is sustained too. */
function ebsBaseline(row: TableRow): { readonly ebsBaselineMbps?: number } {
  const known = numeric(row, "ebsBaselineMbps");
  if (known.ebsBaselineMbps !== undefined) return known;
  if (row["ebsMaxMbps"] === undefined || row["ebsMaxIops"] === undefined) return {};
  return row["ebsBaselineIops"] === row["ebsMaxIops"] ? { ebsBaselineMbps: Number(row["ebsMaxMbps"]) } : {};
}

function isBurstable(provider: CloudProvider, row: TableRow, family: string): boolean {
  return provider === "aws" ? /^t\d/.test(family) : row["baselineVcpu"] !== undefined;
}

/** One credit is one vCPU at full speed for a minute. Source: EC2 user guide, "CPU credits and baseline utilization". */
const CREDITS_PER_VCPU_HOUR = 60;

function creditFields(row: TableRow): Pick<MachineType, "cpuCreditsPerHour" | "baselineVcpu"> {
  const credits = row["cpuCreditsPerHour"];
  if (credits === undefined) return numeric(row, "baselineVcpu");
  return { cpuCreditsPerHour: Number(credits), baselineVcpu: Number(credits) / CREDITS_PER_VCPU_HOUR };
}

/** The two halves of a name: `m5.large` at the dot, `n2-standard-4` at the first dash. */
function splitName(
  provider: CloudProvider,
  name: string,
): { readonly family: string; readonly size: string } {
  const at = name.indexOf(provider === "aws" ? "." : "-");
  return at < 0 ? { family: name, size: "" } : { family: name.slice(0, at), size: name.slice(at + 1) };
}

function machineTypeOf(provider: CloudProvider, row: TableRow): MachineType | undefined {
  const { name, vcpu, memoryGib, architecture } = row;
  if (name === undefined || vcpu === undefined || memoryGib === undefined) return undefined;
  if (architecture !== "amd64" && architecture !== "arm64") return undefined;
  const { family, size } = splitName(provider, name);
  const burstable = isBurstable(provider, row, family);
  const { supersededBy, hypervisor, cpuManufacturer } = row;
  return {
    provider,
    name,
    family,
    size,
    vcpu: Number(vcpu),
    memoryGib: Number(memoryGib),
    architecture,
    ...gpuOf(row),
    ...acceleratorOf(row),
    ...numeric(row, "networkBaselineMbps"),
    ...numeric(row, "networkPeakMbps"),
    ...ebsBaseline(row),
    ...numeric(row, "ebsMaxMbps"),
    ...numeric(row, "ebsBaselineIops"),
    ...numeric(row, "ebsMaxIops"),
    localNvmeGb: Number(row["localNvmeGb"] ?? 0),
    isBurstable: burstable,
    ...(burstable ? creditFields(row) : {}),
    isFlex: row["isFlex"] === "1",
    ...(row["isCurrentGeneration"] === undefined
      ? {}
      : { isCurrentGeneration: row["isCurrentGeneration"] === "1" }),
    ...(supersededBy === undefined ? {} : { supersededBy }),
    ...(burstable ? {} : numeric(row, "coremark")),
    ...(hypervisor === "nitro" || hypervisor === "xen" ? { hypervisor } : {}),
    ...(cpuManufacturer === undefined ? {} : { cpuManufacturer }),
  };
}

interface Machines {
  readonly names: readonly string[];
  readonly byName: ReadonlyMap<string, MachineType>;
}

function readMachines(provider: CloudProvider, rows: ReadonlyMap<string, TableRow>): Machines {
  const byName = new Map<string, MachineType>();
  for (const [name, row] of rows) {
    const machine = machineTypeOf(provider, row);
    if (machine !== undefined) byName.set(name, machine);
  }
  return { names: [...rows.keys()], byName };
}

const MACHINES = {
  aws: lazily(() => readMachines("aws", mergeTables(AWS_MACHINE_TYPES))),
  gcp: lazily(() => readMachines("gcp", mergeTables(GCP_MACHINE_TYPES))),
} as const satisfies Record<CloudProvider, () => Machines>;

/**
 * The shape of a machine type; `undefined` when the catalogue does not know it. A few retired types
 * ({@link isMachineTypeName}) have a name and a price but no shape. Custom Compute Engine types are read from their name.
 */
export function machineType(provider: CloudProvider, name: string): MachineType | undefined {
  const listed = MACHINES[provider]().byName.get(name);
  return listed ?? (provider === "gcp" ? gcpCustomMachineType(name) : undefined);
}

/** All machine types of a provider whose shape is known, ordered by name. */
export function machineTypes(provider: CloudProvider): readonly MachineType[] {
  return [...MACHINES[provider]().byName.values()];
}

/** All names that the provider has or had, with or without a known shape. */
export function machineTypeNames(provider: CloudProvider): readonly string[] {
  return MACHINES[provider]().names;
}

/** Whether a provider has, or had, a machine type of that name. */
export function isMachineTypeName(provider: CloudProvider, name: string): boolean {
  return machineType(provider, name) !== undefined || machineTypeNames(provider).includes(name);
}
