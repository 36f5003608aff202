import { kernelFile } from "./cgroup-files.ts";

/** Bytes over an interface. */
export interface NetworkBytes {
  readonly received: number;
  readonly sent: number;
}

/** Sums `/proc/PID/net/dev` over the interfaces, without loopback. */
export function parseNetDev(text: string): NetworkBytes {
  let received = 0;
  let sent = 0;
  for (const line of text.split("\n").slice(2)) {
    const [name, numbers] = line.split(":");
    if (numbers === undefined || name?.trim() === "lo") continue;
    const fields = numbers.trim().split(/\s+/).map(Number);
    received += fields[0] ?? 0;
    sent += fields[8] ?? 0;
  }
  return { received, sent };
}

/** What the container of a process has received and sent; `undefined` when the process is gone. */
export async function processNetwork(pid: number): Promise<NetworkBytes | undefined> {
  const text = pid > 0 ? await kernelFile(`/proc/${pid}/net/dev`) : undefined;
  return text === undefined ? undefined : parseNetDev(text);
}

/**
 * Everything that went between the host and the containers on a bridge, dead ones included: they can talk to nobody else.
 * 0 when the bridge is gone.
 */
export async function bridgeBytes(bridge: string): Promise<bigint> {
  const directory = `/sys/class/net/${bridge}/statistics`;
  const texts = await Promise.all([kernelFile(`${directory}/rx_bytes`), kernelFile(`${directory}/tx_bytes`)]);
  return texts.reduce((sum, text) => sum + BigInt(text?.trim() ?? "0"), 0n);
}
