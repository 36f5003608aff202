import { TWIN_PROTOCOL } from "@apex/core";
import { expect, test } from "vitest";
import { RequestWriter, requestTarget } from "./request-writer.ts";
import { aSchedule } from "./testing/a-schedule.ts";

const TARGETS = [
  { container: "a", host: "10.0.0.1", port: 80 },
  { container: "b", host: "::1", port: 8080 },
];

test("a request says what it must and no more", () => {
  const schedule = aSchedule(1, 1, { paths: { values: ["/shop?item={1}"], codes: new Uint32Array(1) } });
  const { first, fillerBytes } = new RequestWriter(schedule, TARGETS).bytes(0, 0);
  expect(first.toString("latin1").split("\r\n")).toEqual([
    "GET /shop?item={1} HTTP/1.1",
    "host: 10.0.0.1:80",
    "user-agent: apex-replay",
    "accept: */*",
    "",
    "",
  ]);
  expect(fillerBytes).toBe(0);
});

test("the twin is told its work and wait in whole microseconds", () => {
  const schedule = aSchedule(2, 1, {
    workUs: Float64Array.of(0, 1234.6),
    waitUs: Float64Array.of(7, 0),
  });
  const head = new RequestWriter(schedule, TARGETS).bytes(1, 1).first.toString("latin1");
  expect(head).toContain(`\r\n${TWIN_PROTOCOL.workHeader}: 1235\r\n${TWIN_PROTOCOL.waitHeader}: 0\r\n`);
  expect(head).toContain("\r\nhost: [::1]:8080\r\n");
});

test("bodies have their recorded length: short ones go with the head, long ones follow", () => {
  const schedule = aSchedule(3, 1, {
    methods: { values: ["POST"], codes: new Uint32Array(3) },
    bodyBytes: Uint32Array.of(0, 16_384, 16_385),
  });
  const writer = new RequestWriter(schedule, TARGETS);
  const [none, short, long] = [0, 1, 2].map((index) => writer.bytes(index, 0));
  expect(none?.first.toString("latin1")).toMatch(/\r\ncontent-length: 0\r\n\r\n$/);
  const [head = "", body = ""] = short?.first.toString("latin1").split("\r\n\r\n") ?? [];
  expect(head).toMatch(/content-type: application\/octet-stream\r\ncontent-length: 16384$/);
  expect(body).toHaveLength(16_384);
  expect(long?.first.toString("latin1")).toMatch(/content-length: 16385\r\n\r\n$/);
  expect(long?.fillerBytes).toBe(16_385);
});

test.each([
  ["/a b", "/a%20b"],
  ["/a\r\nx-injected: 1", "/a%0D%0Ax-injected:%201"],
  ["/\0\t\x7f", "/%00%09%7F"],
  ["/grün/日本", "/gr%C3%BCn/%E6%97%A5%E6%9C%AC"],
  ["/\ud800", "/%EF%BF%BD"],
  ["/a#b", "/a%23b"],
  ["/100%25?x={1}&y[]=1", "/100%25?x={1}&y[]=1"],
])("the path %j travels as %s", (path, target) => {
  expect(requestTarget(path)).toBe(target);
});
