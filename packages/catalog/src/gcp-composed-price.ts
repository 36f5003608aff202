import { addDecimals, type Decimal, decimal, multiply } from "@apex/core";
import type { MachineType } from "./machine-type.ts";

/** A machine whose price is its vCPUs' and its memory's. Those of n1-megamem and n1-ultramem have rates of their own. */
export function isComposed(machine: MachineType): boolean {
  return (
    machine.gpu === undefined &&
    machine.accelerator === undefined &&
    machine.localNvmeGb === 0 &&
    !/^n1-(mega|ultra)mem-/.test(machine.name)
  );
}

/**
 * What a machine costs at its family's rates, in the unit of these. Shared-core machines of E2 pay for the vCPUs that they sustain. Source:
 * Compute Engine pricing, "E2 shared-core machine types".
 */
export function composedPrice(machine: MachineType, core: Decimal, ram: Decimal): Decimal {
  const vcpu = decimal(machine.baselineVcpu ?? machine.vcpu);
  return addDecimals(multiply(vcpu, core), multiply(decimal(machine.memoryGib), ram));
}
