import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { AdapterError } from "@apex/core";
import type { Kysely, Transaction } from "kysely";
import { replaceFileBy } from "../files/atomic-file.ts";
import { type AskDatabase, askDatabase } from "../records/ask-database.ts";
import type { Tables } from "../records/tables.ts";
import { transactWith } from "../records/transact.ts";
import { NOW } from "./campaign-rows.ts";
import { requireTenant } from "./lock-tenant.ts";

/** The files that runs need, by their content, for workers on other machines. */
export interface InputFileStore {
  /**
   * Keeps a file; one that is there already is not sent again. Returns its SHA-256 in hexadecimal. Throws an AdapterError: `not-found` for
   * a file or tenant that is not there, `invalid` for one above {@link INPUT_FILE_BYTES_MAX} or that changes while it is read.
   */
  put(tenant: string, path: string): Promise<string>;
  /** Writes a kept file to `path`, at once or not at all, and checks it. Throws an AdapterError (`not-found`). */
  get(tenant: string, sha256: string, path: string): Promise<void>;
}

/** The database is no archive: what is larger belongs where all workers can read it. */
export const INPUT_FILE_BYTES_MAX = 1024 ** 3;

/** Of the file, before compression: what one side has in memory at a time. */
const PIECE_BYTES = 1024 ** 2;

/** The input files of a database that `open` connects to with the first call. */
export function inputFileStore(open: () => Promise<Kysely<Tables>>): InputFileStore {
  const ask = askDatabase(open, "the database of the input files");
  const transact = transactWith(ask);
  return {
    put: async (tenant, path) => {
      const { sha256, bytes } = await fingerprint(path);
      const isKept = await ask((db) => renew(db, tenant, sha256));
      if (!isKept) await transact((trx) => send(trx, { tenant, sha256, bytes, path }));
      return sha256;
    },
    get: (tenant, sha256, path) => fetchTo(ask, { tenant, sha256, path }),
  };
}

interface FileKey {
  readonly tenant: string;
  readonly sha256: string;
  readonly path: string;
}

function fileError(path: string, cause: unknown, verb = "read"): AdapterError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code === "ENOENT" && verb === "read")
    return new AdapterError("not-found", `there is no file ${path}`, { cause });
  return new AdapterError("denied", `${path} cannot be ${verb}: ${message}`, { cause });
}

async function fingerprint(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  if (size > INPUT_FILE_BYTES_MAX) {
    const mib = (count: number): string => `${Math.ceil(count / 1024 ** 2)} MiB`;
    throw new AdapterError(
      "invalid",
      `${path} has ${mib(size)}, and ${mib(INPUT_FILE_BYTES_MAX)} can be kept; cut the record to a shorter window`,
    );
  }
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of piecesOf(path)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest("hex"), bytes };
}

async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  try {
    // A stream that is read in pieces of the high-water mark yields shorter ones at the end only.
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) yield piece as Buffer;
  } catch (cause) {
    throw cause instanceof AdapterError ? cause : fileError(path, cause);
  }
}

async function has(db: Kysely<Tables>, tenant: string, sha256: string): Promise<boolean> {
  const row = await db
    .selectFrom("input_files")
    .select("sha256")
    .where("tenant", "=", tenant)
    .where("sha256", "=", sha256)
    .executeTakeFirst();
  return row !== undefined;
}

/** What is needed again is as young as what is new. Returns whether it is there. */
async function renew(db: Kysely<Tables>, tenant: string, sha256: string): Promise<boolean> {
  const row = await db
    .updateTable("input_files")
    .set({ sent_at: NOW })
    .where("tenant", "=", tenant)
    .where("sha256", "=", sha256)
    .returning("sha256")
    .executeTakeFirst();
  return row !== undefined;
}

const compress = promisify<Buffer, Buffer>(gzip);
const expand = promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(gunzip);

/** All pieces in one transaction: another that sends the same file waits at its row, and finds it there or sends it itself. */
async function send(
  trx: Transaction<Tables>,
  { tenant, sha256, bytes, path }: FileKey & { readonly bytes: number },
): Promise<void> {
  await requireTenant(trx, tenant);
  const inserted = await trx
    .insertInto("input_files")
    .values({ tenant, sha256, bytes: String(bytes) })
    .onConflict((conflict) => conflict.columns(["tenant", "sha256"]).doNothing())
    .returning("sha256")
    .executeTakeFirst();
  if (inserted === undefined) return;
  const hash = createHash("sha256");
  let position = 0;
  for await (const piece of piecesOf(path)) {
    hash.update(piece);
    await trx
      .insertInto("input_file_pieces")
      .values({ tenant, sha256, position, content: await compress(piece) })
      .execute();
    position += 1;
  }
  if (hash.digest("hex") === sha256) return;
  throw new AdapterError("invalid", `${path} changed while it was read; try again once it is written`);
}

async function fetchTo(ask: AskDatabase, { tenant, sha256, path }: FileKey): Promise<void> {
  if (!(await ask((db) => has(db, tenant, sha256)))) {
    throw new AdapterError(
      "not-found",
      `the input file ${sha256} of ${tenant} is not kept; create the campaign again, which sends it`,
    );
  }
  try {
    await replaceFileBy(
      path,
      (temporary) => writeFile(temporary, keptPieces(ask, { tenant, sha256 })),
      0o600,
    );
  } catch (cause) {
    throw cause instanceof AdapterError ? cause : fileError(path, cause, "written");
  }
}

/** One after the other; throws at their end where they are not the file that was sent. */
async function* keptPieces(
  ask: AskDatabase,
  { tenant, sha256 }: Omit<FileKey, "path">,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for (let position = 0; position <= INPUT_FILE_BYTES_MAX / PIECE_BYTES; position += 1) {
    const content = await ask((db) => pieceAt(db, { tenant, sha256, position }));
    if (content === undefined) break;
    const piece = await expand(content, { maxOutputLength: PIECE_BYTES }).catch((cause: unknown) => {
      throw damaged(sha256, cause);
    });
    hash.update(piece);
    yield piece;
  }
  if (hash.digest("hex") !== sha256) throw damaged(sha256, undefined);
}

function damaged(sha256: string, cause: unknown): AdapterError {
  return new AdapterError(
    "invalid",
    `what the database keeps as the input file ${sha256} is something else: restore it from a backup`,
    { cause },
  );
}

async function pieceAt(
  db: Kysely<Tables>,
  { tenant, sha256, position }: Omit<FileKey, "path"> & { readonly position: number },
): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom("input_file_pieces")
    .select("content")
    .where("tenant", "=", tenant)
    .where("sha256", "=", sha256)
    .where("position", "=", position)
    .executeTakeFirst();
  return row?.content;
}
