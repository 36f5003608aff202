import { createHash } from "node:crypto";
import { brotliCompressSync, constants } from "node:zlib";
import type { SchemaPackOrigin } from "./schema-pack.ts";
import {
  type PackHeader,
  type PackSlice,
  PACK_FORMAT,
  PACK_HEADER_LENGTH_BYTES,
  PACK_MAGIC,
} from "./schema-pack-format.ts";
import type { ProviderSchema, ResourceSchema } from "@apex/core";

/** A chunk is closed once it holds this much: larger compresses better, smaller opens faster. */
const CHUNK_BYTES = 64 * 1024;

/** What goes into a pack: the schema, where it is from, and what its source did not tell. */
export interface SchemaPackContent extends SchemaPackOrigin {
  readonly schema: ProviderSchema;
  readonly gaps: readonly string[];
}

/** Writes a provider's schemas as a pack. The same content gives the same bytes under the same Node. */
export function encodeSchemaPack(content: SchemaPackContent): Uint8Array {
  const chunks = new ChunkWriter();
  const resources = addAll(chunks, content.schema.resource_schemas);
  chunks.close();
  const dataSources = addAll(chunks, content.schema.data_source_schemas);
  const compressed = chunks.finish();
  const described = {
    format: PACK_FORMAT,
    address: content.address,
    version: content.version,
    origin: content.origin,
    gaps: content.gaps,
    provider: sorted(content.schema.provider),
    resources,
    dataSources,
  };
  const digest = chunks.digest(JSON.stringify(described));
  const header: PackHeader = { ...described, digest, chunks: offsets(compressed) };
  const head = compress(Buffer.from(JSON.stringify(header)));
  const length = Buffer.alloc(PACK_HEADER_LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  return Buffer.concat([Buffer.from(PACK_MAGIC, "latin1"), length, head, ...compressed]);
}

function addAll(
  chunks: ChunkWriter,
  schemas: { readonly [type: string]: ResourceSchema },
): { readonly [type: string]: PackSlice } {
  return Object.fromEntries(
    Object.keys(sorted(schemas)).map((type) => [type, chunks.add(JSON.stringify(sorted(schemas[type])))]),
  );
}

/** Collects texts into chunks and remembers where each one lies. */
class ChunkWriter {
  readonly #done: Buffer[] = [];
  readonly #hash = createHash("sha256");
  #open: Buffer[] = [];
  #openBytes = 0;

  add(text: string): PackSlice {
    const bytes = Buffer.from(text);
    if (this.#openBytes + bytes.length > CHUNK_BYTES) this.close();
    const slice: PackSlice = [this.#done.length, this.#openBytes, bytes.length];
    this.#open.push(bytes);
    this.#openBytes += bytes.length;
    return slice;
  }

  close(): void {
    if (this.#openBytes === 0) return;
    const raw = Buffer.concat(this.#open);
    this.#hash.update(raw);
    this.#done.push(compress(raw));
    this.#open = [];
    this.#openBytes = 0;
  }

  finish(): readonly Buffer[] {
    this.close();
    return this.#done;
  }

  /** The hash over all chunks and a text; to be asked for once, at the end. */
  digest(text: string): string {
    return this.#hash.update(text).digest("hex");
  }
}

function offsets(chunks: readonly Buffer[]): readonly number[] {
  const starts = [0];
  for (const chunk of chunks) starts.push((starts.at(-1) ?? 0) + chunk.length);
  return starts;
}

function compress(raw: Buffer): Buffer {
  return brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
}

/** The same value with the keys of every object in code-unit order, so that equal schemas give equal bytes. */
function sorted<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ),
  );
}
