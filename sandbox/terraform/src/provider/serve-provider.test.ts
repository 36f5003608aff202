import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bundledSchemaPack } from "../schema/bundled-schema-packs.ts";
import { writeFiles } from "../testing/configuration.ts";
import { createRunContext } from "./provider-session.ts";
import { CONNECTIONS_MAX, serveProvider } from "./serve-provider.ts";

async function serve(): Promise<string> {
  const pack = bundledSchemaPack("null");
  if (pack === undefined) throw new Error("no schema pack");
  const socketPath = join(writeFiles({}), "s.sock");
  const served = await serveProvider({ pack, run: createRunContext(), socketPath });
  onTestFinished(() => served.close());
  return socketPath;
}

function send(path: string, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.end(bytes));
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.once("close", () => resolve());
  });
}

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
/** HTTP/2 settings, without any. */
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

test("whatever a program in the sandbox sends to a provider's socket, this process goes on", async () => {
  const path = await serve();
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.alloc(1_000_000, 0xff),
    PREFACE,
    Buffer.concat([PREFACE, SETTINGS, Buffer.alloc(100_000, 1)]),
    Buffer.concat([PREFACE, Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1])]),
  ]) {
    await send(path, bytes);
  }
  await expect(send(path, Buffer.concat([PREFACE, SETTINGS]))).resolves.toBeUndefined();
});

test("only so many connections are held", async () => {
  const path = await serve();
  const sockets: Socket[] = [];
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  let closed = 0;
  for (let count = 0; count < CONNECTIONS_MAX + 10; count++) {
    const socket = connect(path);
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.once("close", () => closed++);
    sockets.push(socket);
  }
  await expect.poll(() => closed, { timeout: 30_000 }).toBe(10);
});
