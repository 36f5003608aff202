import { execFile } from "node:child_process";
import { promisify } from "node:util";

const TIMEOUT_MS = 2_000;
/** "pid 7's current affinity list: 0,2-3" */
const LIST = /affinity list: ([\d,-]+)\s*$/m;

/** util-linux, which every Linux has; Node has no call for it. */
async function taskset(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("taskset", [...args], { timeout: TIMEOUT_MS });
  return stdout;
}

/**
 * Keeps all threads of this process to the given CPUs, and gives back what undoes it. Where that cannot be done nothing happens:
 * a sender that is late for want of a CPU of its own shows in its lateness.
 */
export async function keepToCpus(cpus: readonly number[]): Promise<() => Promise<void>> {
  const pid = String(process.pid);
  try {
    const before = LIST.exec(await taskset("-cp", pid))?.[1];
    await taskset("-acp", cpus.join(","), pid);
    return async () => {
      if (before !== undefined) await taskset("-acp", before, pid).catch(() => undefined);
    };
  } catch {
    return () => Promise.resolve();
  }
}
