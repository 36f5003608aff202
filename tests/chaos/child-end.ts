import type { ChildProcess } from "node:child_process";

/** Whether a child has ended, however it did. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Waits until a child has ended. */
export async function ended(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  await new Promise((resolve) => {
    child.once("exit", resolve);
  });
}

/** Ends a child as the kernel would, unless there is none, and waits until it is gone. */
export async function killed(
  child: ChildProcess | undefined,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<void> {
  if (child === undefined) return;
  child.kill(signal);
  await ended(child);
}
