import { once } from "node:events";
import { connect } from "node:net";
import { AdapterError, type Endpoint } from "@apex/core";

const REACH_TIMEOUT_MS = 5_000;

/** Throws an AdapterError unless at least one of the targets accepts a connection. */
export async function reachAny(targets: readonly Endpoint[]): Promise<void> {
  const reasons = await Promise.all(targets.map(whyUnreachable));
  if (reasons.some((reason) => reason === undefined)) return;
  const tried = targets.map(
    ({ container, host, port }, index) => `${container} (${host}:${port}): ${reasons[index]}`,
  );
  throw new AdapterError(
    "unavailable",
    `No target of the replay accepts connections. ${tried.join("; ")}. Look at the containers' logs.`,
  );
}

async function whyUnreachable({ host, port }: Endpoint): Promise<string | undefined> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(REACH_TIMEOUT_MS) });
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError")
      return `no answer within ${REACH_TIMEOUT_MS / 1_000} s`;
    return error instanceof Error ? error.message : String(error);
  } finally {
    socket.destroy();
  }
}
