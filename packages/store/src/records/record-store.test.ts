import { type AddressInfo, createServer } from "node:net";
import { AdapterError, decimal } from "@apex/core";
import type { Report } from "@apex/report";
import type { Kysely } from "kysely";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { openStore } from "../open-store.ts";
import { aRunReport, temporaryDirectory } from "../testing.ts";
import { openDatabase } from "./database.ts";
import { MIGRATIONS, migrate } from "./migrate.ts";
import { type RecordStore, recordStore } from "./record-store.ts";
import type { Tables } from "./tables.ts";
import { serverOfFile } from "./testing.ts";

const server = serverOfFile();

async function withRecords(work: (records: RecordStore, db: Kysely<Tables>) => Promise<void>): Promise<void> {
  const db = await server.open();
  const records = recordStore(() => Promise.resolve(db), "default");
  await work(records, db);
}

describe("migrations", () => {
  test("run once, whoever starts", async () => {
    const url = await server.newDatabase();
    const opened = await Promise.all([openDatabase(url), openDatabase(url), openDatabase(url)]);
    expect(await migrate(opened[0])).toEqual([]);
    const { rows } = await sql<{
      name: string;
    }>`SELECT name FROM apex.kysely_migration ORDER BY name`.execute(opened[0]);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(MIGRATIONS));
    await Promise.all(opened.map((db) => db.destroy()));
  });

  test("of a newer Apex are refused with what to do", async () => {
    const url = await server.newDatabase();
    const db = await openDatabase(url);
    await sql`INSERT INTO apex.kysely_migration (name, timestamp) VALUES ('9999-future', 'x')`.execute(db);
    await db.destroy();
    await expect(openDatabase(url)).rejects.toThrow(/newer Apex .* update Apex/);
  });

  test("leave other tables of a shared server alone", async () => {
    const url = await server.newDatabase();
    const first = await openDatabase(url);
    await sql`CREATE TABLE public.runs (mine integer)`.execute(first);
    await first.destroy();
    const db = await openDatabase(url);
    expect(await db.withSchema("public").selectFrom("runs").selectAll().execute()).toEqual([]);
    await db.destroy();
  });
});

describe("a recorded run", () => {
  test("comes back whole, with every digit", () =>
    withRecords(async (records, db) => {
      const exact = "12345678901234567890.123456789012345678";
      const report = aRunReport({ saving: exact });
      const { runId } = await records.recordRun(report);
      expect(await records.report(runId)).toEqual(report);
      expect(await records.latestRun()).toMatchObject({
        id: runId,
        kind: "optimization",
        terraformDirectory: "stack",
        savingsList: exact,
        savingsNet: null,
        costBefore: report.cost.before,
      });
      expect(await records.recommendations(runId)).toMatchObject([
        { id: "r-1", status: "planned", savingsList: exact, savingsNet: null, reason: null },
        { id: "r-2", status: "not-applicable", savingsList: "0.1", reason: "the value is computed" },
      ]);
      expect(await records.imports(runId)).toEqual([
        { path: "bill.csv", kind: "cost", sha256: "0".repeat(64), rows: 3, points: null },
        { path: "metrics.csv", kind: "metrics", sha256: null, rows: null, points: 9 },
      ]);
      expect(await records.diagnostics(runId)).toEqual(report.diagnostics);
      const repairs = await db
        .withSchema("apex")
        .selectFrom("imports")
        .select("repairs")
        .orderBy("position")
        .execute();
      expect(repairs.map((row) => JSON.parse(row.repairs))).toEqual([report.inputs.repairs, []]);
      const resources = await db.withSchema("apex").selectFrom("resources").selectAll().execute();
      expect(resources).toHaveLength(report.cost.resources.length);
    }));

  test("may hold text that PostgreSQL has no room for", () =>
    withRecords(async (records) => {
      const report = aRunReport({ name: "nul \u0000 and \ud800 and 'quote' and 日本" });
      const { runId } = await records.recordRun(report);
      expect((await records.report(runId))?.recommendations[0]?.address).toBe(
        report.recommendations[0]?.address,
      );
      expect((await records.recommendations(runId))[0]?.address).toBe("nul � and � and 'quote' and 日本");
    }));

  test("is recorded at once or not at all", () =>
    withRecords(async (records) => {
      const report = aRunReport();
      const [first, second] = report.recommendations;
      // Two ids that are one after the NUL has been replaced: the second row breaks the key.
      const clash: Report = {
        ...report,
        recommendations: [
          { ...first!, id: "same\u0000" },
          { ...second!, id: "same�" },
        ],
      };
      await expect(records.recordRun(clash)).rejects.toMatchObject({ name: "AdapterError", kind: "invalid" });
      expect(await records.latestRun()).toBeUndefined();
      expect(await records.runs(10)).toEqual([]);
    }));

  test("is the latest of its directory", () =>
    withRecords(async (records) => {
      const one = await records.recordRun(aRunReport({ directory: "one" }));
      const other = await records.recordRun(
        aRunReport({ directory: "other", generatedAt: "2020-01-01T00:00:00Z" }),
      );
      expect((await records.latestRun())?.id).toBe(other.runId);
      expect((await records.latestRun("one"))?.id).toBe(one.runId);
      expect(await records.latestRun("none")).toBeUndefined();
      expect((await records.runs(1)).map(({ id }) => id)).toEqual([other.runId]);
    }));

  test("is of one tenant, who must be there", () =>
    withRecords(async (records, db) => {
      await sql`INSERT INTO apex.tenants VALUES ('acme', 'Acme', 'mid')`.execute(db);
      const acme = recordStore(() => Promise.resolve(db), "acme");
      const { runId } = await acme.recordRun(aRunReport());
      expect((await acme.latestRun())?.id).toBe(runId);
      expect(await acme.diagnostics(runId)).not.toEqual([]);
      expect(await records.latestRun()).toBeUndefined();
      expect(await records.runs(10)).toEqual([]);
      expect(await records.report(runId)).toBeUndefined();
      expect(await records.recommendations(runId)).toEqual([]);
      const nobody = recordStore(() => Promise.resolve(db), "nobody");
      await expect(nobody.recordRun(aRunReport())).rejects.toMatchObject({
        kind: "not-found",
        message: expect.stringMatching(/no such tenant/),
      });
    }));

  test("that is not there is nothing", () =>
    withRecords(async (records) => {
      const nobody = "00000000-0000-4000-8000-000000000000";
      expect(await records.report(nobody)).toBeUndefined();
      expect(await records.recommendations(nobody)).toEqual([]);
    }));

  test("may have more rows than one statement takes", () =>
    withRecords(async (records) => {
      const report = aRunReport();
      const [first] = report.recommendations;
      const recommendations = Array.from({ length: 4_500 }, (_, index) => ({ ...first!, id: `r-${index}` }));
      const { runId } = await records.recordRun({ ...report, recommendations });
      expect((await records.recommendations(runId)).map(({ id }) => id)).toEqual(
        recommendations.map(({ id }) => id),
      );
    }));
});

describe("DATABASE_URL", () => {
  test("takes the place of the embedded server", async () => {
    await using own = await temporaryDirectory();
    const databaseUrl = await server.newDatabase();
    const store = await openStore({ directory: own.path, databaseUrl });
    const { runId } = await store.records.recordRun(aRunReport());
    await store.close();
    const again = await openStore({ directory: own.path, databaseUrl });
    expect((await again.records.latestRun())?.id).toBe(runId);
    await again.close();
    await again.close();
  });

  test.each([
    ["nobody listens", "postgres://me:secret-password@127.0.0.1:1/x", "unavailable"],
    ["the password is wrong", "wrong-password", "denied"],
  ])("says what is wrong when %s, without the password", async (_name, text, kind) => {
    await using own = await temporaryDirectory();
    const { user, host } = server.server.connection;
    const databaseUrl =
      text === "wrong-password"
        ? `postgres://${user}:secret-password@/postgres?host=${encodeURIComponent(host)}`
        : text;
    const store = await openStore({ directory: own.path, databaseUrl });
    const failure = await store.records.latestRun().catch((error: unknown) => error);
    await store.close();
    expect(failure).toBeInstanceOf(AdapterError);
    expect(failure).toMatchObject({ kind });
    expect(String((failure as AdapterError).message)).toMatch(/DATABASE_URL/);
    expect(String((failure as AdapterError).message)).not.toContain("secret-password");
  });

  test("whose server goes away while it is asked may be there again: a worker waits for it", async () => {
    const goneAway = createServer((socket) => socket.once("data", () => socket.destroy()));
    await new Promise<void>((resolve) => goneAway.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = goneAway.address() as AddressInfo;
      const opening = openDatabase(`postgres://me:secret-password@127.0.0.1:${port}/x`);
      await expect(opening).rejects.toThrow(expect.objectContaining({ kind: "unavailable" }));
    } finally {
      goneAway.close();
    }
  });
});

test("numbers of the database keep their digits", () =>
  withRecords(async (_records, db) => {
    const { rows } = await sql<{ n: string }>`SELECT 0.000000000000000001::numeric AS n`.execute(db);
    expect(decimal(rows[0]!.n)).toBe("0.000000000000000001");
  }));
