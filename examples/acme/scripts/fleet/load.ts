import type { Signal } from "../signal.ts";
import type { Load } from "./machine.ts";

/** Memory that a long-running process holds: it hardly moves. Percent. */
export function heldMemory(mean: number, p995: number): Signal {
  return { shape: "flat", mean, p995, ceiling: 99, digits: 1 };
}

/** Network that follows the machine's CPU in shape; `meanIn` and `meanOut` in bytes per second. */
export function traffic(
  shape: Signal["shape"],
  meanIn: number,
  meanOut: number,
): Pick<Load, "networkIn" | "networkOut"> {
  const rate = (mean: number): Signal => ({ shape, mean, p995: mean * 3.1, floor: mean / 20, digits: 0 });
  return { networkIn: rate(meanIn), networkOut: rate(meanOut) };
}

/** Nothing but the hypervisor's chatter: NAB ec2_network_in_5abac7 has a median of 68 bytes in five minutes. */
export const SILENT_NETWORK: Pick<Load, "networkIn" | "networkOut"> = {
  networkIn: { shape: "flat", mean: 11, p995: 14, digits: 1 },
  networkOut: { shape: "flat", mean: 7, p995: 9, digits: 1 },
};

/** Reads and writes of a root disk and little else. */
export function lightDisk(reads: number, writes: number): NonNullable<Load["disk"]> {
  const rate = (mean: number): Signal => ({ shape: "web", mean, p995: mean * 3.4, floor: 0, digits: 0 });
  return { reads: rate(reads), writes: rate(writes), bytesPerOperation: 16_384 };
}
