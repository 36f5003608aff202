import { type Kysely, sql, type Transaction } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../records/database.ts";
import type { Tables } from "../records/tables.ts";
import { serverOfFile } from "../records/testing.ts";
import { asTenant } from "./as-tenant.ts";

const OWNER = { name: "plain_owner", password: "plain" };

const server = serverOfFile();
/** Of a superuser, whom only the role holds; and of an owner without any privilege, whom the policies hold. */
let databases: Readonly<Record<"superuser" | "owner", Kysely<Tables>>>;

beforeAll(async () => {
  await sql`CREATE ROLE plain_owner LOGIN PASSWORD 'plain'`.execute(server.admin);
  databases = {
    superuser: await filled(await server.newDatabase()),
    owner: await filled(await server.newDatabase(OWNER)),
  };
});

afterAll(async () => {
  await Promise.all(Object.values(databases).map((db) => db.destroy()));
});

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** Every table that has a column `tenant`, whatever migration made it, with its columns. */
async function tenantTables(db: Kysely<Tables>): Promise<ReadonlyMap<string, readonly Column[]>> {
  const { rows } = await sql<Column>`
    SELECT table_name AS table, column_name AS name, data_type AS type FROM information_schema.columns
    WHERE table_schema = 'apex' AND is_identity = 'NO' AND is_generated = 'NEVER' AND table_name IN (
      SELECT table_name FROM information_schema.columns WHERE table_schema = 'apex' AND column_name = 'tenant'
    ) ORDER BY table_name, ordinal_position`.execute(db);
  return Map.groupBy(rows, ({ table }) => table);
}

/** Something of each type that PostgreSQL takes; texts differ by tenant, so that keys do. */
function valueOf({ name, type }: Column, tenant: string): string {
  if (name === "tenant") return tenant;
  if (type === "uuid") return `00000000-0000-4000-8000-00000000000${tenant.length % 10}`;
  if (type.startsWith("timestamp")) return "2026-11-21T00:00:00Z";
  if (type === "boolean") return "true";
  return ["text", "bytea", "character varying"].includes(type) ? `${tenant}-x` : "1";
}

function insertRow(db: Kysely<Tables>, columns: readonly Column[], tenant: string): Promise<unknown> {
  const names = sql.join(columns.map(({ name }) => sql.ref(name)));
  const values = sql.join(columns.map((column) => sql`${valueOf(column, tenant)}`));
  return sql`INSERT INTO apex.${sql.table(columns[0]!.table)} (${names}) VALUES (${values})`.execute(db);
}

/** A database with one row of each of two tenants in every table, which have no other guards left than the policies. */
async function filled(url: string): Promise<Kysely<Tables>> {
  const db = await openDatabase(url);
  await sql`INSERT INTO apex.tenants VALUES ('acme', 'Acme', 'mid')`.execute(db);
  const { rows } = await sql<{ table: string; name: string }>`
    SELECT relname AS table, conname AS name FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE connamespace = 'apex'::regnamespace AND contype IN ('c', 'f')`.execute(db);
  for (const { table, name } of rows) {
    await sql`ALTER TABLE apex.${sql.table(table)} DROP CONSTRAINT ${sql.id(name)}`.execute(db);
  }
  for (const [table, columns] of await tenantTables(db)) {
    await sql`ALTER TABLE apex.${sql.table(table)} DISABLE TRIGGER USER`.execute(db);
    await insertRow(db, columns, "default");
    await insertRow(db, columns, "acme");
  }
  return db;
}

class Undone extends Error {}

/** Does work in a transaction that the policies keep to acme's rows, with the role's own rights set aside, and undoes it. */
async function undone<T>(db: Kysely<Tables>, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  const results: T[] = [];
  const transaction = db.transaction().execute(async (trx) => {
    await sql`SELECT set_config('apex.tenant', 'acme', true)`.execute(trx);
    results.push(await work(trx));
    throw new Undone();
  });
  await expect(transaction).rejects.toThrow(Undone);
  return results[0]!;
}

describe.each(["superuser", "owner"] as const)("a tenant in a database whose user is %s", (who) => {
  test("reads no row of another, by whatever query", async () => {
    const db = databases[who];
    const tables = await tenantTables(db);
    expect(tables.size).toBeGreaterThan(15);
    for (const table of tables.keys()) {
      const query = sql<{ tenant: string }>`SELECT tenant FROM apex.${sql.table(table)}`;
      const seen = await asTenant(db, "acme", (trx) => query.execute(trx));
      expect([table, seen.rows]).toEqual([table, [{ tenant: "acme" }]]);
      const all = await query.execute(db);
      expect([table, all.rows.map(({ tenant }) => tenant).toSorted()]).toEqual([table, ["acme", "default"]]);
    }
    const tenants = sql<{ id: string }>`SELECT id FROM apex.tenants`;
    expect((await asTenant(db, "acme", (trx) => tenants.execute(trx))).rows).toEqual([{ id: "acme" }]);
  });

  test("is nobody once its transaction is over, and sees nothing as a tenant that is not there", async () => {
    const db = databases[who];
    const query = sql<{ tenant: string }>`SELECT tenant FROM apex.charges`;
    expect((await asTenant(db, "nobody", (trx) => query.execute(trx))).rows).toEqual([]);
    await expect(asTenant(db, "", (trx) => query.execute(trx))).rejects.toThrow("needs its id");
    await db.connection().execute(async (connection) => {
      await asTenant(connection, "acme", (trx) => query.execute(trx));
      expect((await query.execute(connection)).rows).toHaveLength(2);
    });
  });

  test("writes nothing while it reads", async () => {
    const writing = asTenant(databases[who], "acme", (trx) =>
      sql`UPDATE apex.charges SET subject = 'mine'`.execute(trx),
    );
    await expect(writing).rejects.toThrow(/read-only transaction|permission denied/);
  });
});

test("the role without a tenant sees nothing", async () => {
  const db = databases.superuser;
  for (const table of (await tenantTables(db)).keys()) {
    const seen = await db.transaction().execute(async (trx) => {
      await sql`SELECT set_config('role', apex.tenant_role(), true)`.execute(trx);
      return sql`SELECT * FROM apex.${sql.table(table)}`.execute(trx);
    });
    expect([table, seen.rows]).toEqual([table, []]);
  }
});

test("a tenant that may write changes, removes and adds no row of another, in any table", async () => {
  const db = databases.owner;
  for (const [table, columns] of await tenantTables(db)) {
    const name = sql`apex.${sql.table(table)}`;
    const changed = await undone(db, (trx) => sql`UPDATE ${name} SET tenant = tenant`.execute(trx));
    const removed = await undone(db, (trx) => sql`DELETE FROM ${name}`.execute(trx));
    expect([table, changed.numAffectedRows, removed.numAffectedRows]).toEqual([table, 1n, 1n]);
    const violation = /violates row-level security policy/;
    const given = db.transaction().execute(async (trx) => {
      await sql`SELECT set_config('apex.tenant', 'acme', true)`.execute(trx);
      await sql`UPDATE ${name} SET tenant = 'default'`.execute(trx);
    });
    await expect(given).rejects.toThrow(violation);
    const added = db.transaction().execute(async (trx) => {
      await sql`SELECT set_config('apex.tenant', 'acme', true)`.execute(trx);
      await insertRow(trx, columns, "other");
    });
    await expect(added).rejects.toThrow(violation);
  }
});

describe("the role", () => {
  test("is refused to none who passes all policies without it", async () => {
    const { admin } = server;
    await sql`CREATE ROLE passes LOGIN PASSWORD 'passes' BYPASSRLS`.execute(admin);
    const url = await server.newDatabase({ name: "passes", password: "passes" });
    const before = await openDatabase(url);
    const refusal: unknown = await asTenant(before, "acme", () => Promise.resolve()).catch(
      (thrown: unknown) => thrown,
    );
    const [, advice] =
      /may not become apex_tenant_\d+; let an administrator run: (.*); then start/.exec(String(refusal)) ??
      [];
    await sql.raw(advice ?? "").execute(admin);
    await before.destroy();
    const db = await openDatabase(url);
    const { rows } = await asTenant(db, "acme", (trx) => sql`SELECT 1 FROM apex.tenants`.execute(trx));
    expect(rows).toEqual([]);
    await db.destroy();
  });

  test("is of one database: whoever may be a tenant of another reads nothing here", async () => {
    const { admin } = server;
    await sql`CREATE ROLE neighbour LOGIN PASSWORD 'neighbour' CREATEROLE`.execute(admin);
    const theirs = await openDatabase(await server.newDatabase({ name: "neighbour", password: "neighbour" }));
    // A copy has the rights of its origin: the origin's role must not be one of them.
    const [ours, origin] = [await server.open(), await server.open()];
    const role = async (db: Kysely<Tables>): Promise<string> =>
      (await sql<{ role: string }>`SELECT apex.tenant_role() AS role`.execute(db)).rows[0]?.role ?? "";
    const migrated = await sql<{ role: string }>`
      SELECT 'apex_tenant_' || oid AS role FROM pg_database WHERE datname = 'migrated'`.execute(admin);
    const others = [await role(theirs), await role(origin), migrated.rows[0]?.role ?? ""];
    expect(new Set([...others, await role(ours)]).size).toBe(4);
    for (const other of others) {
      const reading = ours.transaction().execute(async (trx) => {
        await sql`SELECT set_config('role', ${other}, true), set_config('apex.tenant', 'default', true)`.execute(
          trx,
        );
        await sql`SELECT FROM apex.tenants`.execute(trx);
      });
      await expect(reading).rejects.toThrow("permission denied for schema apex");
    }
    const becoming = sql`SELECT set_config('role', ${await role(ours)}, true)`.execute(theirs);
    await expect(becoming).rejects.toThrow("permission denied to set role");
    await theirs.destroy();
  });

  test("is made where it may be, once by several at a time, and is not needed where it may not", async () => {
    const { admin } = server;
    const without = await filled(await server.newDatabase(OWNER));
    const query = sql<{ tenant: string }>`SELECT tenant FROM apex.charges`;
    expect((await asTenant(without, "acme", (trx) => query.execute(trx))).rows).toEqual([{ tenant: "acme" }]);
    await without.destroy();
    await sql`CREATE ROLE makes_roles LOGIN PASSWORD 'makes' CREATEROLE`.execute(admin);
    const maker = { name: "makes_roles", password: "makes" };
    const url = await server.newDatabase(maker);
    const urls = [url, url, url, await server.newDatabase(maker), await server.newDatabase()];
    const opened = await Promise.all(urls.map((each) => openDatabase(each)));
    for (const db of opened) {
      const seen = await asTenant(db, "default", (trx) =>
        sql<{ id: string; role: string }>`SELECT id, current_user AS role FROM apex.tenants`.execute(trx),
      );
      expect(seen.rows).toEqual([{ id: "default", role: expect.stringMatching(/^apex_tenant_\d+$/) }]);
    }
    await Promise.all(opened.map((db) => db.destroy()));
  });
});
