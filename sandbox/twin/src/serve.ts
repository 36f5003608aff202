import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { holdMemory } from "./resident-memory.ts";
import type { Settings } from "./settings.ts";
import { Twin } from "./twin.ts";
import { warmUp } from "./warm-up.ts";

/** What has not been answered so long after the order to stop is not answered at all. */
const GRACE_MS = 500;
const GRACE_STEP_MS = 20;

/** Whoever holds the memory, holds it: nothing may collect it. */
let memory: readonly Uint8Array[] = [];

function stopWhenAnswered(twin: Twin): void {
  const deadline = performance.now() + GRACE_MS;
  twin.server.close();
  setInterval(() => {
    if (twin.open === 0 || performance.now() >= deadline) process.exit(0);
  }, GRACE_STEP_MS);
}

/** Starts a twin: listens, takes its memory and warms up, and says on standard output that it is ready. Ends with the process. */
export async function serve(settings: Settings): Promise<void> {
  const twin = new Twin(settings, settings);
  process.once("SIGTERM", () => stopWhenAnswered(twin));
  process.once("SIGINT", () => stopWhenAnswered(twin));
  twin.server.listen(settings.port);
  await once(twin.server, "listening");
  const { port } = twin.server.address() as AddressInfo;
  const filling = holdMemory(settings.residentBytes);
  const ownCostUs = await warmUp(twin, port, filling);
  memory = await filling;
  twin.getReady(ownCostUs);
  const heldMib = memory.reduce((sum, chunk) => sum + chunk.length, 0) / 2 ** 20;
  console.log(
    `ready on port ${port}: ${settings.slots} × ${settings.slotCores} cores, ${heldMib.toFixed(0)} MiB held, ${ownCostUs.toFixed(0)} µs a request by itself`,
  );
}
