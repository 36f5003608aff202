import { isMachineTypeName, type MachineType, machineType, nearestMachineTypes } from "@apex/catalog";
import type { AppliedResource, CloudProvider, ComputeService, Diagnostic } from "@apex/core";
import { about } from "./applied-state.ts";

/** One machine of a service. */
export type MachineShape = Omit<ComputeService, "address" | "type" | "count">;

/** What a resource says of its machines: a shape and how many, or why it is no service; and what to know about it. */
export interface ServiceReading {
  readonly shape?: MachineShape;
  /** Machines that run; 0 is said, and is no service. */
  readonly count?: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** A resource that is no service, and why. */
export function noService(
  resource: AppliedResource,
  code: string,
  summary: string,
  detail?: string,
): ServiceReading {
  return { diagnostics: [about(resource, { code, summary, ...(detail === undefined ? {} : { detail }) })] };
}

function burstAdvice(resource: AppliedResource, machine: MachineType): readonly Diagnostic[] {
  if (!machine.isBurstable) return [];
  const sustained =
    machine.baselineVcpu === undefined
      ? ""
      : ` It sustains ${machine.baselineVcpu} of ${machine.vcpu} vCPUs.`;
  return [
    about(resource, {
      code: "sandbox-burstable",
      summary: `${machine.name} runs on CPU credits, which the sandbox does not emulate: it gets its full vCPUs`,
      detail: `The verdict holds for as long as credits last.${sustained}`,
    }),
  ];
}

/** What a burstable machine keeps up once its credits are spent, where that is less than all. */
function sustained({ isBurstable, baselineVcpu, vcpu }: MachineType): Pick<MachineShape, "sustainedVcpus"> {
  return isBurstable && baselineVcpu !== undefined && baselineVcpu < vcpu
    ? { sustainedVcpus: baselineVcpu }
    : {};
}

/** The shape of a machine type of the catalogue, with what is to be said about it; without a shape when it is not known. */
export function catalogShape(
  resource: AppliedResource,
  provider: CloudProvider,
  name: string,
): ServiceReading {
  const machine = machineType(provider, name);
  if (machine === undefined) {
    const nearest = nearestMachineTypes(provider, name);
    const isRetired = isMachineTypeName(provider, name);
    return noService(
      resource,
      "sandbox-unknown-machine-type",
      `The vCPUs and memory of machine type ${name} are not known, so it cannot be run in the sandbox`,
      isRetired || nearest.length === 0 ? undefined : `Did you mean ${nearest.join(", ")}?`,
    );
  }
  return {
    shape: {
      machineType: machine.name,
      vcpus: machine.vcpu,
      memoryGib: machine.memoryGib,
      gpus: machine.gpu?.count ?? 0,
      vcpuSpeed: machine.coremark === undefined ? null : machine.coremark / machine.vcpu,
      ...sustained(machine),
    },
    diagnostics: burstAdvice(resource, machine),
  };
}

/** What is said of machines that the cloud may take back. */
export function spotAdvice(resource: AppliedResource, part: string): Diagnostic {
  return about(resource, {
    code: "sandbox-spot",
    summary: `${part} can be taken back by the cloud at any time; the sandbox runs them as if they stayed`,
  });
}
