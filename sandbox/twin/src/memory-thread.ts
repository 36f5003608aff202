import { randomFillSync } from "node:crypto";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";

const BLOCK_BYTES = 2 ** 20;
const CHUNK_BYTES = 16 * BLOCK_BYTES;
/** The smallest page of the machines that Node 24 runs on. */
const PAGE_BYTES = 4096;

/**
 * Takes memory and writes all of it, outside of V8's heap, and hands it over chunk by chunk. Every page is random and stamped with
 * its number, so that it can neither be compressed nor be merged with its like. Without swap, which the sandbox turns off, nothing
 * takes such pages back: they need not be touched again.
 */
function fill(bytes: number, port: MessagePort): void {
  const block = randomFillSync(new Uint8Array(BLOCK_BYTES));
  let page = 0;
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, left));
    for (let at = 0; at < chunk.length; at += BLOCK_BYTES) {
      chunk.set(block.subarray(0, Math.min(BLOCK_BYTES, chunk.length - at)), at);
    }
    for (let at = 0; at + 8 <= chunk.length; at += PAGE_BYTES) {
      chunk.writeDoubleLE(page, at);
      page += 1;
    }
    port.postMessage(chunk, [chunk.buffer]);
  }
}

if (parentPort) fill(workerData as number, parentPort);
