import { requestAt, WORKLOAD_FORMATS, type WorkloadFormat } from "@apex/core";
import { describe, expect, test } from "vitest";
import { readWorkload } from "./read-workload.ts";
import { csvOf, readText, requestsOf, workloadOf } from "./testing/read-text.ts";
import { SAMPLE_LOGS } from "./testing/sample-logs.ts";

const AT = 1_715_933_103_000;

const EXPECTED: Readonly<Record<WorkloadFormat, object>> = {
  apache: { timeMs: AT, method: "GET", path: "/cart/{email}?token=&page=", status: 200, responseBytes: 5120 },
  "nginx-json": {
    timeMs: AT,
    method: "GET",
    path: "/cart;jsessionid=?token=",
    status: 200,
    requestBytes: 310,
    responseBytes: 5120,
    durationMs: 250,
  },
  "aws-alb": {
    timeMs: AT + 15,
    method: "GET",
    path: "/cart?token=",
    status: 200,
    requestBytes: 34,
    responseBytes: 366,
    durationMs: 171,
  },
  cloudfront: {
    timeMs: AT - 250,
    method: "GET",
    path: "/cart?token=&page=",
    status: 200,
    requestBytes: 310,
    responseBytes: 5120,
    durationMs: 250,
  },
  "gcp-load-balancer": {
    timeMs: AT + 123.456789,
    method: "GET",
    path: "/cart?token=",
    status: 200,
    requestBytes: 310,
    responseBytes: 5120,
    durationMs: 58.927,
  },
  har: {
    timeMs: AT + 250,
    method: "POST",
    path: "/cart/add?sku=",
    status: 201,
    requestBytes: 12,
    durationMs: 45.5,
  },
  llm: {
    timeMs: AT,
    method: "POST",
    path: "/v1/chat/completions",
    promptTokens: 374,
    completionTokens: 44,
  },
  csv: {
    timeMs: AT + 500,
    method: "GET",
    path: "/cart?token=",
    status: 200,
    responseBytes: 5120,
    durationMs: 12.5,
  },
};

describe.each(WORKLOAD_FORMATS)("%s", (format) => {
  test("is told from its first lines, and a request is read with all that the log knows of it", async () => {
    const workload = await workloadOf(SAMPLE_LOGS[format]("zq7Planted9"));
    expect(workload.origin.files).toMatchObject([{ format, requests: 1, rejected: 0 }]);
    const [{ timeMs, ...request }] = requestsOf(workload) as [ReturnType<typeof requestsOf>[number]];
    const { timeMs: expectedMs, ...expected } = EXPECTED[format] as { timeMs: number };
    expect(request).toEqual(expected);
    expect(timeMs).toBeCloseTo(expectedMs, 3);
  });

  test("a byte order mark and CR LF are no part of the content", async () => {
    const text = `\ufeff${SAMPLE_LOGS[format]("x").replaceAll("\n", "\r\n")}`;
    expect((await workloadOf(text)).timesMs).toHaveLength(1);
  });
});

test("the Azure trace of language model requests has seven digits below the second and names no zone", async () => {
  const text =
    "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109";
  const workload = await workloadOf(text);
  expect(requestsOf(workload)).toMatchObject([
    { promptTokens: 374, completionTokens: 44 },
    { promptTokens: 396, completionTokens: 109 },
  ]);
  expect(workload.timesMs[0]).toBeCloseTo(1_700_158_546_680.59, 3);
  expect(workload.origin).toMatchObject({ zoneAssumed: 2, files: [{ format: "llm", stampResolutionMs: 1 }] });
});

test("the common format has neither referrer nor agent, and Apache's dash for bytes is zero", async () => {
  const workload = await workloadOf(
    '::1 - - [17/May/2024:10:05:03 +0200] "HEAD / HTTP/1.1" 304 -\n::1 - - [17/May/2024:10:05:04 +0200] "GET /a b HTTP/1.1" 200 7\n',
  );
  expect(requestsOf(workload)).toMatchObject([
    { method: "HEAD", status: 304, responseBytes: 0 },
    { path: "/a b", responseBytes: 7 },
  ]);
  expect(workload.origin.files[0]?.stampResolutionMs).toBe(1000);
  expect(workload.window).toEqual({ startMs: AT, endMs: AT + 2000 });
});

test("blanks and brackets in the user, a virtual host before and fields after do not hide the request", async () => {
  const workload = await workloadOf(
    'shop.example:443 ::ffff:192.0.2.1 - Jane [Doe [17/May/2024:10:05:03 +0200] "GET /a HTTP/2.0" 200 7 "-" "x] \\"y" "10.0.0.1" 0.250\n',
  );
  expect(requestsOf(workload)).toMatchObject([{ timeMs: AT, path: "/a", status: 200, responseBytes: 7 }]);
});

test("a load balancer's JSON array is read like its JSON lines, however it is laid out", async () => {
  const entry = JSON.parse(SAMPLE_LOGS["gcp-load-balancer"]("s"));
  const entries = [entry, { ...entry, insertId: "other" }, entry, { notHttp: true }];
  for (const text of [JSON.stringify(entries), JSON.stringify(entries, null, 2)]) {
    const { timesMs, origin } = await workloadOf(text);
    expect(timesMs).toHaveLength(origin.files[0]!.requests - origin.duplicatesDropped);
    expect(timesMs).toHaveLength(2);
    expect(origin).toMatchObject({ duplicatesDropped: 1, rejected: 1, files: [{ lines: 4, requests: 3 }] });
  }
});

test("what an edge cache answered never reached the service", async () => {
  const log = SAMPLE_LOGS.cloudfront("s");
  const workload = await workloadOf(log + log.split("\n")[2]!.replace("Miss", "Hit").replace("abc==", "d"));
  expect(workload.timesMs).toHaveLength(1);
  expect(workload.origin.servedFromCache).toBe(1);
});

test("impossible numbers are unknown and counted, and the request stays", async () => {
  const rows = ["-5,-1", "99999999999999999999,1e9", "NaN,Infinity", "1.5,nine"];
  const workload = await workloadOf(
    `timestamp,method,path,bytes,duration_ms\n${rows.map((row) => `2024-05-17T08:05:03Z,GET,/,${row}`).join("\n")}`,
  );
  expect(requestsOf(workload)).toHaveLength(4);
  expect(workload.responseBytes).toBeUndefined();
  expect(workload.durationsMs).toBeUndefined();
  expect(workload.origin.valuesUnreadable).toBe(8);
});

test("statuses that say there was none are unknown, others beyond HTTP are unreadable", async () => {
  const rows = ["000", "0", "-", "", "42", "1000", "499"];
  const workload = await workloadOf(
    `timestamp,method,path,status\n${rows.map((row) => `2024-05-17T08:05:03Z,GET,/,${row}`).join("\n")}`,
  );
  expect([...workload.statuses]).toEqual([0, 0, 0, 0, 0, 0, 499]);
  expect(workload.origin.valuesUnreadable).toBe(2);
});

test("every line is accounted for, and rejects tell line, reason and shape", async () => {
  const good = SAMPLE_LOGS.apache("s").trim();
  const lines = [
    good,
    "",
    good.replace("17/May/2024", "17/May/24"),
    good.replace("GET", "\\x16\\x03\\x01"),
    "kernel: Oops 1234",
    good.replace('"GET', "GET"),
  ];
  const { origin } = await workloadOf(lines.join("\n"));
  expect(origin.files).toMatchObject([{ lines: 6, requests: 1, rejected: 4 }]);
  expect(origin.rejectedByReason).toEqual({
    "time-unreadable": 1,
    "request-unreadable": 1,
    "not-in-format": 2,
  });
  expect(origin.rejectedSample).toContainEqual({
    file: "access.log",
    line: 5,
    reason: "not-in-format",
    shape: "~: ~ 9999",
  });
});

test("lines out of order are sorted, ties stay in the order of the log", async () => {
  const rows = ["3,/c", "1,/a", "2,/b", "2,/b2", "1,/a2"];
  const workload = await workloadOf(
    `timestamp,method,path\n${rows.map((row) => `171593310${row.replace(",", ",GET,")}`).join("\n")}`,
  );
  expect(requestsOf(workload).map(({ path }) => path)).toEqual(["/a", "/a2", "/b", "/b2", "/c"]);
  expect(workload.origin.outOfOrder).toBe(2);
});

test("files of several nodes are merged; a record that two of them hold is taken once", async () => {
  const first = SAMPLE_LOGS["aws-alb"]("s");
  const later = first.replaceAll("08:05:03", "08:05:09").replace("Root=1", "Root=2");
  const reading = await readWorkload([
    { name: "b.log", chunks: [later, first] },
    { name: "empty.log", chunks: [] },
    { name: "a.log", chunks: [first] },
  ]);
  if (reading.kind !== "read") throw new Error(reading.kind);
  expect(reading.workload.origin.duplicatesDropped).toBe(1);
  expect(reading.workload.timesMs).toHaveLength(2);
  expect(requestAt(reading.workload, 2)).toBeUndefined();
});

test("equal lines without an identity are counted and kept: two clients may do the same in one second", async () => {
  const workload = await workloadOf(SAMPLE_LOGS.apache("s").repeat(3));
  expect(workload.timesMs).toHaveLength(3);
  expect(workload.origin).toMatchObject({ repeatedLines: 2, duplicatesDropped: 0 });
});

test("a log in no known format is said to be so, without its content", async () => {
  expect(await readText("password hunter22\n\u001f\u008b\u0008binary\n")).toEqual({
    kind: "unknown-format",
    file: "access.log",
    shapes: ["~ ~", "~"],
  });
});

test("a log without a request is a value too", async () => {
  const reading = await readText("nothing here\n", { format: "apache" });
  expect(reading).toMatchObject({ kind: "no-requests", origin: { rejected: 1 } });
  expect(await readText("")).toMatchObject({ kind: "no-requests", origin: { files: [] } });
});

test("a line of 100 MB is rejected without being held, and the lines after it are read", async () => {
  const megabyte = "x".repeat(1_048_576);
  function* chunks() {
    yield csvOf([AT]);
    for (let count = 0; count < 100; count += 1) yield megabyte;
    yield `\n${AT},GET,/after\n`;
  }
  const reading = await readWorkload([{ name: "a.csv", chunks: chunks() }]);
  if (reading.kind !== "read") throw new Error(reading.kind);
  expect(requestsOf(reading.workload).map(({ path }) => path)).toEqual(["/", "/after"]);
  expect(reading.workload.origin.rejectedByReason).toEqual({ "too-long": 1 });
  expect(reading.workload.origin.rejectedSample[0]?.shape.length).toBeLessThan(200);
});

test("a HAR file that ends inside an entry loses that entry only, and says so", async () => {
  const document = JSON.parse(SAMPLE_LOGS.har("s"));
  document.log.entries.push(document.log.entries[0]);
  const text = JSON.stringify(document);
  const { origin, timesMs } = await workloadOf(text.slice(0, -20));
  expect(timesMs).toHaveLength(1);
  expect(origin.rejectedByReason).toEqual({ "cut-off": 1 });
});

test("a HAR file that ends between two entries says so too", async () => {
  const text = SAMPLE_LOGS.har("s").trimEnd();
  const { origin, timesMs } = await workloadOf(text.slice(0, text.lastIndexOf("]")));
  expect(timesMs).toHaveLength(1);
  expect(origin.rejectedByReason).toEqual({ "cut-off": 1 });
});

test("a source is closed when its format is not known, and its own error passes through", async () => {
  let isClosed = false;
  async function* open(fault: boolean) {
    try {
      yield "x ".repeat(100_000);
      if (fault) throw new Error("disk gone");
      yield "never asked for";
    } finally {
      isClosed = true;
    }
  }
  expect(await readWorkload([{ name: "a", chunks: open(false) }])).toMatchObject({ kind: "unknown-format" });
  expect(isClosed).toBe(true);
  await expect(readWorkload([{ name: "a", chunks: open(true), format: "apache" }])).rejects.toThrow(
    "disk gone",
  );
});

test("lines with a megabyte of path are neither a burden nor kept whole", async () => {
  const long = (start: string) => `${start}/${"a/b%40c;d=".repeat(100_000)}?${"k=v&".repeat(10_000)}`;
  const workload = await workloadOf(`timestamp,method,path\n1715933103,GET,${long("/x")}\n1715933103,GET,/y`);
  expect(workload.paths.values[0]).toHaveLength(2048);
  expect(workload.paths.values[1]).toBe("/y");
});

test("NULs and control characters do not get into paths", async () => {
  const workload = await workloadOf('timestamp,method,path\n1715933103,GET,"/a\u0000b\u001b[31m"\n');
  expect(workload.paths.values).toEqual(["/ab[31m"]);
});

test("paths beyond the limit become one and are counted; those that were there stay apart", async () => {
  const rows = ["/a", "/b", "/c", "/a", "/d"].map((path) => `1715933103,GET,${path}`);
  const workload = await workloadOf(`timestamp,method,path\n${rows.join("\n")}`, { pathsMax: 2 });
  expect(requestsOf(workload).map(({ path }) => path)).toEqual(["/a", "/b", "/{more}", "/a", "/{more}"]);
  expect(workload.origin.pathsFolded).toBe(2);
});
