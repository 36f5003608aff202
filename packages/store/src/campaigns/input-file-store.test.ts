import { createHash, randomBytes } from "node:crypto";
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { openDatabase } from "../records/database.ts";
import { serverOfFile, untilWaiting } from "../records/testing.ts";
import { temporaryDirectory } from "../testing.ts";
import { INPUT_FILE_BYTES_MAX, inputFileStore } from "./input-file-store.ts";

const MIB = 1024 ** 2;

const server = serverOfFile();

async function opened() {
  const db = await server.open();
  return { db, files: inputFileStore(() => Promise.resolve(db)) };
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

test.each([
  ["nothing", Buffer.alloc(0), 0],
  ["one byte", Buffer.from("x"), 1],
  ["just a piece", randomBytes(MIB), 1],
  ["some pieces and a rest", randomBytes(3 * MIB + 5), 4],
])("a file of %s travels through the database", async (_name, content, pieces) => {
  await using directory = await temporaryDirectory();
  const { db, files } = await opened();
  const path = join(directory.path, "sent");
  await writeFile(path, content);
  expect(await files.put("default", path)).toBe(sha256(content));
  const { rows } = await sql<{
    count: number;
  }>`SELECT count(*)::int AS count FROM apex.input_file_pieces`.execute(db);
  expect(rows).toEqual([{ count: pieces }]);
  const received = join(directory.path, "received");
  await writeFile(received, "what was there before");
  await files.get("default", sha256(content), received);
  expect(sha256(await readFile(received))).toBe(sha256(content));
  expect((await readdir(directory.path)).toSorted()).toEqual(["received", "sent"]);
});

test("the same file sent by many at a time is kept once", async () => {
  await using directory = await temporaryDirectory();
  const url = await server.newDatabase();
  const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase(url)));
  const path = join(directory.path, "sent");
  await writeFile(path, randomBytes(2 * MIB));
  const sent = databases.flatMap((db) => {
    const files = inputFileStore(() => Promise.resolve(db));
    return [files.put("default", path), files.put("default", path)];
  });
  expect(new Set(await Promise.all(sent)).size).toBe(1);
  const { rows } = await sql<{
    count: number;
  }>`SELECT count(*)::int AS count FROM apex.input_file_pieces`.execute(databases[0]!);
  expect(rows).toEqual([{ count: 2 }]);
  await Promise.all(databases.map((db) => db.destroy()));
});

test("a file whose sending is cut off is not there, and can be sent again", async () => {
  await using directory = await temporaryDirectory();
  const url = await server.newDatabase();
  const [killer, victim] = await Promise.all([openDatabase(url), openDatabase(url)]);
  const path = join(directory.path, "sent");
  await writeFile(path, randomBytes(3 * MIB));
  const failure = await killer.transaction().execute(async (trx) => {
    await sql`LOCK TABLE apex.input_file_pieces IN ACCESS EXCLUSIVE MODE`.execute(trx);
    const sending = inputFileStore(() => Promise.resolve(victim))
      .put("default", path)
      .catch((error: unknown) => error);
    const [pid] = await untilWaiting(killer, 1);
    await sql`SELECT pg_terminate_backend(${pid})`.execute(killer);
    return sending;
  });
  expect(failure).toMatchObject({ kind: "unavailable" });
  const files = inputFileStore(() => Promise.resolve(killer));
  const { rows } = await sql`SELECT 1 FROM apex.input_files`.execute(killer);
  expect(rows).toEqual([]);
  await files.get("default", await files.put("default", path), join(directory.path, "received"));
  await Promise.all([killer, victim].map((db) => db.destroy()));
});

test("a tenant gets its own files only", async () => {
  await using directory = await temporaryDirectory();
  const { db, files } = await opened();
  await sql`INSERT INTO apex.tenants (id, name, tier) VALUES ('acme', 'Acme', 'free')`.execute(db);
  const path = join(directory.path, "sent");
  await writeFile(path, "secret");
  const key = await files.put("default", path);
  await expect(files.get("acme", key, join(directory.path, "received"))).rejects.toMatchObject({
    kind: "not-found",
  });
  await files.put("acme", path);
  await files.get("acme", key, join(directory.path, "received"));
});

test("a file that the database has damaged is never written", async () => {
  await using directory = await temporaryDirectory();
  const { db, files } = await opened();
  const path = join(directory.path, "sent");
  await writeFile(path, randomBytes(2 * MIB));
  const key = await files.put("default", path);
  const received = join(directory.path, "received");
  for (const damage of [
    sql`UPDATE apex.input_file_pieces SET content = (SELECT content FROM apex.input_file_pieces WHERE position = 1)`,
    sql`DELETE FROM apex.input_file_pieces WHERE position = 1`,
    sql`UPDATE apex.input_file_pieces SET content = 'no gzip'`,
  ]) {
    await damage.execute(db);
    const failure = files.get("default", key, received);
    await expect(failure).rejects.toMatchObject({ kind: "invalid" });
    await expect(failure).rejects.toThrow(/something else/);
  }
  expect(await readdir(directory.path)).toEqual(["sent"]);
});

test("files that cannot be kept are refused with what to do", async () => {
  await using directory = await temporaryDirectory();
  const { files } = await opened();
  await expect(files.put("default", join(directory.path, "none"))).rejects.toThrow(/there is no file .*none/);
  const path = join(directory.path, "sent");
  await writeFile(path, "x");
  await expect(files.put("nobody", path)).rejects.toThrow(/no tenant "nobody"/);
  const key = await files.put("default", path);
  await expect(files.get("default", key, join(directory.path, "no", "folder"))).rejects.toThrow(
    /cannot be written/,
  );
  const handle = await open(path, "w");
  // Sparse: it has the size, and takes no room.
  await handle.truncate(INPUT_FILE_BYTES_MAX + 1);
  await handle.close();
  await expect(files.put("default", path)).rejects.toThrow(/has 1025 MiB, and 1024 MiB can be kept; cut/);
});
