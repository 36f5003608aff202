import type { MachineType } from "./machine-type.ts";

/**
 * Families that can be ordered by vCPU and memory, with the CPU architecture.
 * Source: Compute Engine documentation, "Create a VM with a custom machine type".
 */
const CUSTOM_FAMILIES: Readonly<Record<string, "amd64" | "arm64">> = {
  e2: "amd64",
  n1: "amd64",
  n2: "amd64",
  n2d: "amd64",
  n4: "amd64",
  n4a: "arm64",
  n4d: "amd64",
  g2: "amd64",
  g4: "amd64",
};

const CUSTOM_NAME = /^(?:(\w+)-)?custom-(\d{1,3})-(\d{3,7})(-ext)?$/;

/** Largest custom machine that Compute Engine makes (n4d-custom), with room: a name beyond it is a typing error. */
const VCPU_MAX = 512;

/**
 * The shape that a custom machine type's name spells out: `n2-custom-4-16384` is 4 vCPU and 16 GiB, `custom-2-4096`
 * is of the N1 family. `undefined` when the name is no custom type. GPU families come with devices that the name does not tell.
 */
export function gcpCustomMachineType(name: string): MachineType | undefined {
  const match = CUSTOM_NAME.exec(name);
  if (match === null) return undefined;
  const [, family = "n1", vcpuText = "", memoryText = ""] = match;
  const architecture = CUSTOM_FAMILIES[family];
  const vcpu = Number(vcpuText);
  const memoryMib = Number(memoryText);
  // Memory is ordered in steps of 256 MiB.
  if (architecture === undefined || vcpu < 1 || vcpu > VCPU_MAX || memoryMib % 256 !== 0) return undefined;
  return {
    provider: "gcp",
    name,
    family,
    size: name.slice(name.indexOf("custom")),
    vcpu,
    memoryGib: memoryMib / 1024,
    architecture,
    localNvmeGb: 0,
    isBurstable: false,
    isFlex: false,
  };
}
