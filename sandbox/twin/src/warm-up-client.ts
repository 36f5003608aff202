import { connect } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { PROTOCOL } from "./protocol.ts";

/** So many requests, one after the other on each connection. */
export interface WarmUpPhase {
  readonly connections: number;
  readonly requestsPerConnection: number;
  readonly workUs: number;
}

/** Whom to send to. */
export interface WarmUpData {
  readonly port: number;
}

/** Ends every answer of the twin to a request with work. */
const NEWLINE = 10;

async function send(port: number, phase: WarmUpPhase): Promise<void> {
  const head = `GET /warm-up?some=query HTTP/1.1\r\nhost: twin\r\nuser-agent: twin\r\naccept: */*\r\n`;
  const request = `${head}${PROTOCOL.workHeader}: ${phase.workUs}\r\n\r\n`;
  const converse = () =>
    new Promise<void>((resolve, reject) => {
      let left = phase.requestsPerConnection;
      const socket = connect(port, "127.0.0.1", () => socket.write(request));
      socket.setNoDelay(true);
      socket.on("error", reject);
      socket.on("data", (answer) => {
        // An answer is one small write, so nothing but its end comes last.
        if (answer.at(-1) !== NEWLINE) return;
        left -= 1;
        if (left > 0) socket.write(request);
        else socket.end(resolve);
      });
    });
  await Promise.all(Array.from({ length: phase.connections }, converse));
}

function listen(port: MessagePort, data: WarmUpData): void {
  port.on("message", (phase: WarmUpPhase) => {
    send(data.port, phase).then(
      () => port.postMessage(null),
      (error: Error) => {
        throw error;
      },
    );
  });
}

if (parentPort) listen(parentPort, workerData as WarmUpData);
