import { createServer } from "node:net";
import { monotonicMs } from "../monotonic-clock.ts";

/**
 * The server of the bench, in a process of its own: answers every request at once and notes when it came. Requests are short
 * and not pipelined, so that each arrives as one chunk. Sends its port; to each message it answers with the stamps so far.
 */
const ANSWER = Buffer.from("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok");
const STAMPS_MAX = 5_000_000;

const stamps = new Float64Array(STAMPS_MAX);
let count = 0;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.on("data", () => {
    if (count < STAMPS_MAX) stamps[count++] = monotonicMs();
    socket.write(ANSWER);
  });
});

process.on("message", () => {
  process.send?.(stamps.slice(0, count));
  count = 0;
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
