import { readFile } from "node:fs/promises";
import { type CgroupLayout, cgroupDirectory, containerCgroup, runCgroup } from "./cgroup-layout.ts";
import { type CgroupCounters, type CgroupFiles, keyedNumbers } from "./counters.ts";
import { blockBytesV1, countersV1, V1_FILES } from "./counters-v1.ts";
import { blockBytesV2, countersV2, V2_FILES } from "./counters-v2.ts";

const NS_PER_US = 1_000n;

/** The text of a kernel file; `undefined` when it, or the group or process it tells of, is not there (any more). */
export async function kernelFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    // ENODEV and ESRCH: it was there when it was opened.
    if (["ENOENT", "ENODEV", "ESRCH", "EOPNOTSUPP", "EINVAL"].includes(code)) return undefined;
    throw error;
  }
}

async function readAll(paths: readonly (readonly [name: string, path: string])[]): Promise<CgroupFiles> {
  return Object.fromEntries(
    await Promise.all(paths.map(async ([name, path]) => [name, await kernelFile(path)])),
  );
}

/** What a container has used; `undefined` when its group is gone: it has ended. */
export async function readContainer(
  layout: CgroupLayout,
  runId: string,
  containerId: string,
): Promise<CgroupCounters | undefined> {
  const path = containerCgroup(layout, runId, containerId);
  if (layout.version === 2) {
    const directory = cgroupDirectory(layout, "", path);
    const files = await readAll(V2_FILES.map((name) => [name, `${directory}/${name}`]));
    return files["cpu.stat"] === undefined || files["memory.current"] === undefined
      ? undefined
      : countersV2(files);
  }
  const files = await readAll(
    Object.entries(V1_FILES).map(([name, controller]) => [
      name,
      `${cgroupDirectory(layout, controller, path)}/${name}`,
    ]),
  );
  const isThere = files["cpuacct.usage"] !== undefined && files["memory.usage_in_bytes"] !== undefined;
  return isThere ? countersV1(files) : undefined;
}

/** CPU and block I/O of all containers that a run has ever had, dead ones included; `undefined` without its group. */
export async function readRun(
  layout: CgroupLayout,
  runId: string,
): Promise<{ readonly cpuNs: bigint; readonly blockBytes: bigint } | undefined> {
  const { path } = runCgroup(layout, runId);
  if (layout.version === 2) {
    const directory = cgroupDirectory(layout, "", path);
    const cpu = await kernelFile(`${directory}/cpu.stat`);
    if (cpu === undefined) return undefined;
    const block = blockBytesV2(await kernelFile(`${directory}/io.stat`));
    const usedUs = BigInt(keyedNumbers(cpu).get("usage_usec") ?? 0);
    return { cpuNs: usedUs * NS_PER_US, blockBytes: BigInt(block.read + block.written) };
  }
  const cpu = await kernelFile(`${cgroupDirectory(layout, "cpuacct", path)}/cpuacct.usage`);
  if (cpu === undefined) return undefined;
  const file = `${cgroupDirectory(layout, "blkio", path)}/blkio.throttle.io_service_bytes_recursive`;
  const block = blockBytesV1(await kernelFile(file));
  return { cpuNs: BigInt(cpu.trim()), blockBytes: BigInt(block.read + block.written) };
}
