import type { ChildProcess } from "node:child_process";

const undone = new Set<() => void>();

process.once("exit", () => {
  for (const undo of [...undone].toReversed()) undo();
});
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => process.exit(code));
}

/** Does something synchronously when this process ends, unless the returned function was called before. */
export function atExit(undo: () => void): () => void {
  undone.add(undo);
  return () => undone.delete(undo);
}

/** Kills a child with this process. */
export function endWithUs(child: ChildProcess): void {
  const forget = atExit(() => child.kill("SIGKILL"));
  child.once("exit", forget);
}
