import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll } from "vitest";
import { temporaryDirectory } from "../testing.ts";
import { openDatabase } from "./database.ts";
import { type EmbeddedServer, embeddedServer } from "./embedded/embedded-server.ts";
import type { Tables } from "./tables.ts";

/** A real server of its own for the tests of one file. */
export interface TestServer {
  readonly server: EmbeddedServer;
  /** As who made the server: it may do everything. */
  readonly admin: Kysely<Tables>;
  /** The address of a new, empty database, as a user would put it into DATABASE_URL; it belongs to `owner`. */
  newDatabase(owner?: { readonly name: string; readonly password: string }): Promise<string>;
  /** Opens a new database that is migrated; it closes with the server. */
  open(): Promise<Kysely<Tables>>;
}

/** Starts one in a temporary directory before the first test of a file, and stops it after the last one. */
export function serverOfFile(): TestServer {
  let started: (TestServer & AsyncDisposable) | undefined;
  const running = (): TestServer => {
    if (started === undefined) throw new Error("the test server starts with the first test");
    return started;
  };
  beforeAll(async () => {
    started = await startServer();
  });
  afterAll(() => started?.[Symbol.asyncDispose]());
  return {
    get server() {
      return running().server;
    },
    get admin() {
      return running().admin;
    },
    newDatabase: (owner) => running().newDatabase(owner),
    open: () => running().open(),
  };
}

/** Until so many connections to a database wait for a lock; returns their processes' ids. */
export async function untilWaiting(db: Kysely<Tables>, count: number): Promise<readonly number[]> {
  for (let tries = 0; tries < 20_000; tries += 1) {
    const { rows } = await sql<{ pid: number }>`
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(
      db,
    );
    if (rows.length === count) return rows.map(({ pid }) => pid);
  }
  throw new Error(`${count} connections never waited for a lock`);
}

async function startServer(): Promise<TestServer & AsyncDisposable> {
  const directory = await temporaryDirectory();
  const server = await embeddedServer(directory.path);
  const { user, password, host } = server.connection;
  const admin = await openDatabase(server.connection);
  const opened: Kysely<Tables>[] = [];
  let databases = 0;
  const urlOf = (name: string, owner = { name: user, password }): string =>
    `postgres://${owner.name}:${owner.password}@/${name}?host=${encodeURIComponent(host)}`;
  const newDatabase: TestServer["newDatabase"] = async (owner = { name: user, password }) => {
    const name = `test_${++databases}`;
    await sql`CREATE DATABASE ${sql.id(name)} OWNER ${sql.id(owner.name)}`.execute(admin);
    return urlOf(name, owner);
  };
  let template: Promise<void> | undefined;
  /** Migrated once: a copy is made in a fraction of the time. */
  const makeTemplate = async (): Promise<void> => {
    await sql`CREATE DATABASE migrated`.execute(admin);
    await (await openDatabase(urlOf("migrated"))).destroy();
  };
  return {
    server,
    admin,
    newDatabase,
    open: async () => {
      template ??= makeTemplate();
      await template;
      const name = `test_${++databases}`;
      await sql`CREATE DATABASE ${sql.id(name)} TEMPLATE migrated`.execute(admin);
      const db = await openDatabase(urlOf(name));
      opened.push(db);
      return db;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([admin, ...opened].map((db) => db.destroy()));
      await server.leave();
      await directory[Symbol.asyncDispose]();
    },
  };
}
