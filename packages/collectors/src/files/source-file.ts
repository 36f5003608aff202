import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, realpath, stat, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Diagnostic } from "@apex/core";
import { fileError, systemFileError } from "./errors.ts";

/** A file ready to be read: plain, and under a path of ours that needs no quoting and matches no glob. */
export interface SourceFile {
  /** The name the user gave, for messages. */
  readonly name: string;
  /** Where the (decompressed) bytes lie. */
  readonly path: string;
  readonly kind: "text" | "parquet";
  readonly bytes: number;
}

/** The outcome of {@link openSource}. */
export type OpenedSource =
  | { readonly kind: "ready"; readonly file: SourceFile }
  | { readonly kind: "unusable"; readonly diagnostic: Diagnostic };

/** What a compressed file may grow to: beyond it a decompression bomb is likelier than a bill. */
const DECOMPRESSED_BYTES_MAX = 64 * 1024 ** 3;

const MAGIC_BYTES = 4;
const BINARY_PROBE_BYTES = 4096;

/**
 * Makes one file readable: checks it, and unpacks gzip or zstd (recognised by content, not by name) into `folder`.
 * Unpacking here, rather than in DuckDB, is what notices a truncated file: DuckDB returns the rows it got and says nothing.
 */
export async function openSource(name: string, folder: string, ordinal: number): Promise<OpenedSource> {
  try {
    const information = await stat(name);
    if (information.isDirectory()) throw Object.assign(new Error("folder"), { code: "EISDIR" });
    if (!information.isFile()) {
      return unusable(fileError(name, "file-unreadable", `${name} is not a regular file`));
    }
    const packed = await head(name, MAGIC_BYTES);
    const path = join(folder, `input-${ordinal}`);
    const unpack = decompressor(packed);
    if (unpack === undefined) await symlink(resolve(name), path);
    else await pipeline(createReadStream(name), unpack, limitBytes(), createWriteStream(path));
    return await classify(name, path);
  } catch (error) {
    return unusable(systemFileError(name, error));
  }
}

/** The given paths without repeats of the same file, and a warning for each repeat: a bill read twice costs double. */
export async function distinctFiles(
  files: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly diagnostics: readonly Diagnostic[] }> {
  const seen = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    const identity = await realpath(file).catch(() => resolve(file));
    const earlier = seen.get(identity);
    if (earlier === undefined) {
      seen.set(identity, file);
    } else {
      diagnostics.push({
        severity: "warning",
        code: "file-given-twice",
        summary: `${file} is the same file as ${earlier} and is read once`,
        source: { file },
      });
    }
  }
  return { files: [...seen.values()], diagnostics };
}

/** A digest of a file's content, to tell two names of one export. */
export async function contentDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("base64");
}

/** The first bytes of a file, fewer when it is shorter. */
export async function head(path: string, bytes: number): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function decompressor(magic: Buffer): Transform | undefined {
  if (magic[0] === 0x1f && magic[1] === 0x8b) return createGunzip();
  if (magic.length === 4 && magic.readUInt32LE() === 0xfd2fb528) return createZstdDecompress();
  return undefined;
}

function limitBytes(): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > DECOMPRESSED_BYTES_MAX)
        done(new Error(`it unpacks to more than ${DECOMPRESSED_BYTES_MAX} bytes`));
      else done(null, chunk);
    },
  });
}

async function classify(name: string, path: string): Promise<OpenedSource> {
  const { size: bytes } = await stat(path);
  const start = await head(path, BINARY_PROBE_BYTES);
  if (start.length === 0) {
    return unusable(fileError(name, "file-empty", `${name} is empty`, "Export it again."));
  }
  if (start.subarray(0, MAGIC_BYTES).toString("latin1") === "PAR1") {
    return { kind: "ready", file: { name, path, kind: "parquet", bytes } };
  }
  if (isUtf16(start)) {
    return unusable(
      fileError(name, "file-encoding", `${name} is UTF-16 text`, "Save it as UTF-8 and run again."),
    );
  }
  if (start.subarray(0, MAGIC_BYTES).toString("latin1") === "PK\u0003\u0004") {
    return unusable(
      fileError(
        name,
        "file-zip",
        `${name} is a zip archive or a saved Terraform plan`,
        "Unpack it; for a plan, give the output of `terraform show -json` instead.",
      ),
    );
  }
  if (start.includes(0)) {
    return unusable(
      fileError(
        name,
        "file-not-text",
        `${name} is neither text nor Parquet`,
        "Give a CSV, JSON or Parquet export, plain or compressed with gzip or zstd.",
      ),
    );
  }
  return { kind: "ready", file: { name, path, kind: "text", bytes } };
}

function isUtf16(start: Buffer): boolean {
  const mark = start.subarray(0, 2).toString("hex");
  return mark === "fffe" || mark === "feff";
}

function unusable(diagnostic: Diagnostic): OpenedSource {
  return { kind: "unusable", diagnostic };
}
