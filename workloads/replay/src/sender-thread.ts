import { parentPort } from "node:worker_threads";
import { AdapterError, assert } from "@apex/core";
import { Sender } from "./sender.ts";
import type { SenderOrder, SenderReport } from "./sender-protocol.ts";

/** The sender's thread: nothing else runs here, so that painting and polling elsewhere do not delay a request. */
assert(parentPort !== null, "the sender runs in a thread of its own");
const port = parentPort;

function report(message: SenderReport): void {
  port.postMessage(message);
}

async function replay(sender: Sender, order: SenderOrder): Promise<void> {
  try {
    const result = await sender.replay(order, (progress) => report({ kind: "progress", progress }));
    report({ kind: "result", result });
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    report({ kind: "failed", errorKind: error.kind, message: error.message });
  }
}

const sender = Sender.open();
port.on("message", (order: SenderOrder) => {
  void sender.then((opened) => replay(opened, order));
});
