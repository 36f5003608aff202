import { once } from "node:events";
import { Worker } from "node:worker_threads";

/**
 * Memory that is there, all of it written and none of it like another, outside of V8's heap: see `memory-thread.ts`, which fills it
 * while the server does something else. Whoever holds the result holds the memory.
 *
 * Where the limit is too small the kernel ends the program here: that is a measurement.
 */
export async function holdMemory(bytes: number): Promise<readonly Uint8Array[]> {
  if (bytes === 0) return [];
  const thread = new Worker(new URL("./memory-thread.ts", import.meta.url), { workerData: bytes });
  const chunks: Uint8Array[] = [];
  thread.on("message", (chunk: Uint8Array) => chunks.push(chunk));
  await once(thread, "exit");
  return chunks;
}
