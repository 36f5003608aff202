import { describe, expect, test } from "vitest";
import { ResponseParser } from "./response-parser.ts";

interface Seen {
  readonly outcome: string;
  readonly status: number;
  readonly keepsAlive: boolean;
  readonly left: number;
}

function parse(text: string, method = "GET"): Seen {
  const parser = new ResponseParser();
  parser.expect(method);
  const bytes = Buffer.from(text, "latin1");
  const outcome = parser.feed(bytes, bytes.length);
  return {
    outcome,
    status: parser.status,
    keepsAlive: parser.keepsAlive,
    left: bytes.length - parser.consumed,
  };
}

const OK = "HTTP/1.1 200 OK\r\n";

describe("an answer is whole", () => {
  test.each([
    ["by its length", `${OK}Content-Length: 3\r\n\r\nabc`],
    ["by its chunks", `${OK}transfer-encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\ntrailer: 1\r\n\r\n`],
    ["by chunks of a coded body", `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ["without body", `${OK}content-length: 0\r\n\r\n`],
    [
      "after interim answers",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}content-length: 1\r\n\r\na`,
    ],
    ["without a reason phrase", "HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n"],
    ["with fields of bytes beyond ASCII", `${OK}x-name: f\xfcnf\r\ncontent-length: 0\r\n\r\n`],
  ])("%s", (_name, text) => {
    expect(parse(text)).toEqual({ outcome: "done", status: 200, keepsAlive: true, left: 0 });
  });

  test.each([
    ["HEAD", `${OK}content-length: 1000\r\n\r\n`, 200],
    ["GET", "HTTP/1.1 204 No Content\r\n\r\n", 204],
    ["GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n", 304],
  ])("%s: at the end of a head that announces no body", (method, text, status) => {
    expect(parse(text, method)).toMatchObject({ outcome: "done", status, left: 0 });
  });

  test("by the end of the connection", () => {
    const parser = new ResponseParser();
    parser.expect("GET");
    const bytes = Buffer.from(`${OK}\r\nwhatever`);
    expect(parser.feed(bytes, bytes.length)).toBe("more");
    expect(parser.end()).toBe("done");
    expect(parser.keepsAlive).toBe(false);
  });

  test("and what follows it is left", () => {
    expect(parse(`${OK}content-length: 1\r\n\r\naHTTP/1.1 200 OK\r\n`)).toMatchObject({
      outcome: "done",
      left: 17,
    });
  });

  test("one after another on a connection", () => {
    const parser = new ResponseParser();
    for (const status of [200, 503]) {
      parser.expect("GET");
      const bytes = Buffer.from(
        `HTTP/1.1 ${status} x\r\nkeep-alive: timeout=5, max=9\r\ncontent-length: 0\r\n\r\n`,
      );
      expect(parser.feed(bytes, bytes.length)).toBe("done");
      expect(parser.status).toBe(status);
      expect(parser.keepAliveTimeoutMs).toBe(5_000);
    }
  });
});

test.each([
  ["HTTP/1.1 200 OK\r\nconnection: close\r\n", false],
  ["HTTP/1.1 200 OK\r\nconnection: Upgrade, Close\r\n", false],
  ["HTTP/1.0 200 OK\r\n", false],
  ["HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\n", true],
])("%j keeps the connection: %s", (head, keepsAlive) => {
  expect(parse(`${head}content-length: 0\r\n\r\n`)).toMatchObject({ outcome: "done", keepsAlive });
});

test("a connection that ends inside an answer cuts it off", () => {
  for (const text of [
    "",
    "HTTP/1.",
    `${OK}`,
    `${OK}content-length: 5\r\n\r\nab`,
    `${OK}transfer-encoding: chunked\r\n\r\n5\r\nab`,
  ]) {
    const parser = new ResponseParser();
    parser.expect("GET");
    expect(parser.feed(Buffer.from(text), text.length)).toBe("more");
    expect(parser.end()).toBe("cut-off");
  }
});

test.each([
  ["no HTTP", "hello\r\n\r\n"],
  ["another protocol's greeting", "SSH-2.0-OpenSSH_9.2\r\n"],
  ["another version", "HTTP/2 200\r\n\r\n"],
  ["a status beyond 599", "HTTP/1.1 999 No\r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
  ["an empty line before the head", `\r\n${OK}\r\n`],
  ["line feeds alone", "HTTP/1.1 200 OK\n\n"],
  ["a blank before the colon", `${OK}content-length : 0\r\n\r\n`],
  ["a folded field", `${OK}a: b\r\n c\r\n\r\n`],
  ["a field without a name", `${OK}: b\r\n\r\n`],
  ["a carriage return inside a field", `${OK}a: b\rc\r\n\r\n`],
  ["a NUL inside a field", `${OK}a: b\0c\r\n\r\n`],
  ["two lengths", `${OK}content-length: 1\r\ncontent-length: 1\r\n\r\na`],
  ["a list of lengths", `${OK}content-length: 1, 1\r\n\r\na`],
  ["a negative length", `${OK}content-length: -1\r\n\r\n`],
  ["a length of 20 digits", `${OK}content-length: 99999999999999999999\r\n\r\n`],
  ["a length and chunks", `${OK}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`],
  ["chunks of HTTP/1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"],
  ["a chunk size that is no number", `${OK}transfer-encoding: chunked\r\n\r\nxyz\r\n`],
  ["a negative chunk size", `${OK}transfer-encoding: chunked\r\n\r\n-1\r\n`],
  ["a chunk that is longer than its size", `${OK}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n`],
  ["an upgrade nobody asked for", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
  ["interim answers without end", "HTTP/1.1 100 Continue\r\n\r\n".repeat(17)],
  ["a head of more than 64 KiB", `${OK}${"a: b\r\n".repeat(12_000)}`],
  ["a line without end", `${OK}a: ${"b".repeat(70_000)}`],
  ["trailers without end", `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${"a: b\r\n".repeat(12_000)}`],
])("%s is no answer", (_name, text) => {
  expect(parse(text).outcome).toBe("bad");
});
