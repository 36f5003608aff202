import { createServer } from "node:net";
import { parentPort } from "node:worker_threads";

/** Answers each request of the sender's own warm-up, in both ways that a body can be framed. */
const ANSWERS = [
  "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok",
  "HTTP/1.1 200 OK\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
].map((answer) => Buffer.from(answer, "latin1"));

let turn = 0;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  // Its requests are short and never pipelined: each arrives as one chunk.
  socket.on("data", () => {
    const answer = ANSWERS[turn++ % ANSWERS.length];
    if (answer !== undefined) socket.write(answer);
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") parentPort?.postMessage(address.port);
});
