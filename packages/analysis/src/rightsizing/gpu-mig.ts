import type { MachineGpu } from "@apex/catalog";

/** A slice of a GPU under MIG, in parts of the card: "2g.10gb". */
export interface MigProfile {
  readonly name: string;
  /** Of the card's compute slices. */
  readonly slices: number;
  /** Of the card's eighths, or quarters, of memory. */
  readonly memoryParts: number;
}

interface MigGeometry {
  readonly slices: number;
  readonly memoryParts: number;
  readonly profiles: readonly (readonly [slices: number, memoryParts: number])[];
}

/** Source: NVIDIA's MIG user guide, "Supported MIG Profiles": seven slices of compute on eight of memory. */
const SEVENTHS: MigGeometry = {
  slices: 7,
  memoryParts: 8,
  profiles: [
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 4],
    [7, 8],
  ],
};

/** Source: NVIDIA's MIG user guide, "Supported GPUs". T4, A10G, L4 and L40S have none. */
const GEOMETRIES: Readonly<Record<string, MigGeometry>> = {
  a100: SEVENTHS,
  h100: SEVENTHS,
  h200: SEVENTHS,
  b200: SEVENTHS,
};

/** Whether a whole card of this model can be cut. */
export function supportsMig(gpu: MachineGpu): boolean {
  return gpu.share === undefined && geometryOf(gpu) !== undefined;
}

/** Cards of one model are cut alike, whatever memory their names tell of: "a100-80gb". */
function geometryOf({ name }: MachineGpu): MigGeometry | undefined {
  const model = name.split("-", 1)[0] ?? name;
  return Object.hasOwn(GEOMETRIES, model) ? GEOMETRIES[model] : undefined;
}

/**
 * A slice for each of those who share one card, the smallest that holds it, or `undefined` where the card cannot be cut so. `demands`
 * have their headroom.
 */
export function migProfiles(
  gpu: MachineGpu,
  demands: readonly { readonly computePercent: number; readonly memoryGib: number }[],
): readonly MigProfile[] | undefined {
  const geometry = geometryOf(gpu);
  const { memoryGib } = gpu;
  if (!supportsMig(gpu) || geometry === undefined || memoryGib === undefined) return undefined;
  const chosen: MigProfile[] = [];
  for (const demand of demands) {
    const profile = geometry.profiles.find(
      ([slices, memoryParts]) =>
        (100 * slices) / geometry.slices >= demand.computePercent &&
        (memoryGib * memoryParts) / geometry.memoryParts >= demand.memoryGib,
    );
    if (profile === undefined) return undefined;
    const [slices, memoryParts] = profile;
    const gb = Math.round((memoryGib * memoryParts) / geometry.memoryParts);
    chosen.push({ name: `${slices}g.${gb}gb`, slices, memoryParts });
  }
  const used = (of: (profile: MigProfile) => number): number =>
    chosen.reduce((sum, profile) => sum + of(profile), 0);
  const fits =
    used(({ slices }) => slices) <= geometry.slices &&
    used(({ memoryParts }) => memoryParts) <= geometry.memoryParts;
  return fits ? chosen : undefined;
}
