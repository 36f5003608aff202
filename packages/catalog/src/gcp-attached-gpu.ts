import { lazily } from "./generated-table.ts";
import type { MachineType } from "./machine-type.ts";
import { machineType, machineTypes } from "./machine-types.ts";

/** How many GPUs of a model a machine may have, and how large it may be with so many. */
interface Configuration {
  readonly count: number;
  readonly vcpuMax: number;
  readonly memoryGibMax: number;
}

interface AttachableGpu {
  /** As machine types with GPUs of their own call it. */
  readonly gpu: string;
  readonly memoryGib: number;
  readonly configurations: readonly Configuration[];
}

function of(...configurations: readonly (readonly [number, number, number])[]): readonly Configuration[] {
  return configurations.map(([count, vcpuMax, memoryGibMax]) => ({ count, vcpuMax, memoryGibMax }));
}

/**
 * GPUs that are attached to N1 machines, by Compute Engine's name. Of what differs by zone the least counts. Source: Compute Engine
 * documentation, "GPU machine types", N1.
 */
const ATTACHABLE: Readonly<Record<string, AttachableGpu>> = {
  "nvidia-tesla-t4": {
    gpu: "t4",
    memoryGib: 16,
    configurations: of([1, 48, 312], [2, 48, 312], [4, 96, 624]),
  },
  "nvidia-tesla-p4": {
    gpu: "p4",
    memoryGib: 8,
    configurations: of([1, 24, 156], [2, 48, 312], [4, 96, 624]),
  },
  "nvidia-tesla-v100": {
    gpu: "v100",
    memoryGib: 16,
    configurations: of([1, 12, 78], [2, 24, 156], [4, 48, 312], [8, 96, 624]),
  },
  "nvidia-tesla-p100": {
    gpu: "p100",
    memoryGib: 16,
    configurations: of([1, 16, 104], [2, 32, 208], [4, 64, 208]),
  },
};

/** GPUs attached to a Compute Engine machine. */
interface AttachedGpus {
  /** "nvidia-tesla-t4". */
  readonly type: string;
  readonly count: number;
}

/** A Compute Engine machine with the GPUs attached to it, as one shape. */
export interface MachineWithGpus {
  /** Named "n1-standard-8 with 2 nvidia-tesla-t4". */
  readonly machine: MachineType;
  /** "n1-standard-8". */
  readonly base: string;
  readonly attached: AttachedGpus;
}

/** The shape of a machine with attached GPUs; `undefined` where Compute Engine makes none such, or the GPU is not known. */
export function machineWithGpus(base: string, attached: AttachedGpus): MachineWithGpus | undefined {
  const machine = machineType("gcp", base);
  const gpu = Object.hasOwn(ATTACHABLE, attached.type) ? ATTACHABLE[attached.type] : undefined;
  if (machine === undefined || gpu === undefined || !takesGpus(machine)) return undefined;
  const configuration = gpu.configurations.find(({ count }) => count === attached.count);
  if (configuration === undefined || machine.vcpu > configuration.vcpuMax) return undefined;
  if (machine.memoryGib > configuration.memoryGibMax) return undefined;
  const { count, type } = attached;
  return {
    base,
    attached,
    machine: {
      ...machine,
      name: `${base} with ${count} ${type}`,
      gpu: { name: gpu.gpu, count, memoryGib: gpu.memoryGib },
    },
  };
}

/** The machine of a name that {@link machineWithGpus} made; `undefined` for other names. */
export function machineWithGpusNamed(name: string): MachineWithGpus | undefined {
  const [, base, count, type] = /^(\S+) with (\d+) (\S+)$/.exec(name) ?? [];
  return base === undefined || type === undefined
    ? undefined
    : machineWithGpus(base, { type, count: Number(count) });
}

const ALL = lazily(() => {
  const bases = machineTypes("gcp").filter(takesGpus);
  return Object.entries(ATTACHABLE).flatMap(([type, { configurations }]) =>
    configurations.flatMap(({ count }) =>
      bases.flatMap(({ name }) => machineWithGpus(name, { type, count }) ?? []),
    ),
  );
});

/** Every machine of the catalogue that GPUs can be attached to, with every number of each model. */
export function machinesWithGpus(): readonly MachineWithGpus[] {
  return ALL();
}

/** Source: Compute Engine documentation, "GPU machine types": N1 without its shared-core types. */
function takesGpus({ family, isBurstable }: MachineType): boolean {
  return family === "n1" && !isBurstable;
}
