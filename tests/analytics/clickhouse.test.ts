import { once } from "node:events";
import { createServer } from "node:http";
import { AdapterError } from "@apex/core";
import { openClickHouse } from "@apex/store";
import { aCostRow, aSeries, batches, collect } from "@apex/store/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalClickHouse, startClickHouse } from "./chdb.ts";

const ALWAYS = { startMs: -1e15, endMs: 1e15 };

let server: LocalClickHouse;

beforeAll(async () => {
  server = await startClickHouse();
}, 60_000);

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

async function refusal(url: string): Promise<AdapterError> {
  const error = await openClickHouse({ url }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof AdapterError)) throw new Error("it was not refused");
  return error;
}

test("nobody there, no address and no database's name are told in one line, without the password", async () => {
  const nobody = createServer().listen(0, "127.0.0.1");
  await once(nobody, "listening");
  const address = nobody.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  nobody.close();
  const error = await refusal(`http://me:secret@127.0.0.1:${port}/apex`);
  expect(error.kind).toBe("unavailable");
  expect(error.message).toContain(`ClickHouse at http://127.0.0.1:${port} does not answer`);
  const notUnderstood = ["http://h/%zz", "http://me:secret%zz@h/x", "http://me:secret@h/x?unknown=secret"];
  for (const url of ["ch:9000", "file:///etc/passwd", `http://h/a;DROP`, "secret", ...notUnderstood]) {
    const refused = await refusal(url);
    expect(refused.kind).toBe("invalid");
    expect(refused.message).not.toContain("secret");
    expect(refused.message.split("\n")).toHaveLength(1);
  }
});

test("a user that is refused is told what to check", async () => {
  const refusing = createServer((request, response) => {
    request.resume();
    response.writeHead(403, { "X-ClickHouse-Exception-Code": "516" });
    response.end(
      "Code: 516. DB::Exception: me: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)",
    );
  }).listen(0, "127.0.0.1");
  await once(refusing, "listening");
  const address = refusing.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const error = await refusal(`http://me:wrong@127.0.0.1:${port}`);
  refusing.close();
  expect(error.kind).toBe("denied");
  expect(error.message).toContain("Check user, password and grants of CLICKHOUSE_URL");
});

test("databases of one server know nothing of each other, and what is left of killed writers goes", async () => {
  const one = await openClickHouse({ url: `${server.url}/one` });
  const two = await openClickHouse({ url: `${server.url}/two` });
  await one.samples.write([aSeries([1])]);
  await one.costs.replacePeriods(batches([aCostRow()]));
  expect(await two.samples.window()).toBeUndefined();
  expect(await two.costs.periods()).toEqual([]);
  await one.close();
  const again = await openClickHouse({ url: `${server.url}/one` });
  expect(await collect(again.samples.profiles(ALWAYS))).toHaveLength(1);
  await again.close();
  await two.close();
});

test("a fleet larger than one query's worth comes back whole, resource by resource", async () => {
  const store = await openClickHouse({ url: `${server.url}/fleet` });
  const points = 100_000;
  const timestampsMs = Float64Array.from({ length: points }, (_, index) => index * 300_000);
  const resources = Array.from({ length: 50 }, (_, index) => `i-${String(index).padStart(3, "0")}`);
  await store.samples.write(
    resources.map((resourceId, number) => {
      return aSeries([], { resourceId, timestampsMs, values: timestampsMs.map((at) => number + at / 1e12) });
    }),
  );
  const found: string[] = [];
  for await (const { resourceId, series } of store.samples.profiles(ALWAYS)) {
    expect(series.map(({ values }) => values.length)).toEqual([points]);
    expect(series[0]?.values[points - 1]).toBe(found.length + ((points - 1) * 300_000) / 1e12);
    found.push(resourceId);
  }
  expect(found).toEqual(resources);
  const some = await collect(store.samples.profiles(ALWAYS, { from: "i-010", before: "i-012" }));
  expect(some.map(({ resourceId }) => resourceId)).toEqual(["i-010", "i-011"]);
  await store.close();
});
