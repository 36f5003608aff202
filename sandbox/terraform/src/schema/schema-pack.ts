import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { AdapterError } from "@apex/core";
import {
  type PackHeader,
  type PackSlice,
  PACK_FORMAT,
  PACK_HEADER_LENGTH_BYTES,
  PACK_MAGIC,
} from "./schema-pack-format.ts";
import type { ResourceSchema } from "@apex/core";

/** Where the schemas of a pack come from. */
export interface SchemaPackOrigin {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly address: string;
  /** Version of the provider, `6.25.0`. */
  readonly version: string;
  /** The source in words: `npm @cdktf/provider-aws 21.22.1` or `terraform providers schema -json`. */
  readonly origin: string;
}

/**
 * One provider's schemas, read type by type. Opening reads the file and its index; a type costs the decompression
 * of the one chunk that holds it, once.
 */
export interface SchemaPack extends SchemaPackOrigin {
  /** The schema of the provider's own configuration block. */
  providerSchema(): ResourceSchema;
  /** `undefined` when the provider has no such resource type. */
  resourceSchema(type: string): ResourceSchema | undefined;
  /** `undefined` when the provider has no such data source. */
  dataSourceSchema(type: string): ResourceSchema | undefined;
  /** All resource types, sorted. */
  resourceTypes(): readonly string[];
  /** All data sources, sorted. */
  dataSourceTypes(): readonly string[];
  /**
   * What the source did not tell, as `resource aws_x: path: reason`. Such a path is left out of its schema,
   * so Terraform would call it unsupported where the real provider knows it.
   */
  readonly gaps: readonly string[];
  /** SHA-256 of the content: equal for equal schemas, however they were compressed. */
  readonly digest: string;
}

/**
 * Opens a schema pack file written by `encodeSchemaPack`.
 *
 * @throws AdapterError `not-found` when the file cannot be read, `invalid` when it is not a pack of this format.
 */
export function openSchemaPack(path: string): SchemaPack {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const message = `schema pack ${path} cannot be read; Apex ships it in sandbox/terraform/data`;
    throw new AdapterError("not-found", message, { cause });
  }
  return decodeSchemaPack(bytes, basename(path));
}

/** As {@link openSchemaPack} for bytes already in memory; `name` is what error messages call them. */
export function decodeSchemaPack(bytes: Uint8Array, name: string): SchemaPack {
  const { header, body } = readHeader(bytes, name);
  const chunks = new Map<number, Buffer>();
  const parsed = new Map<PackSlice, ResourceSchema>();

  const chunkAt = (index: number): Buffer => {
    const known = chunks.get(index);
    if (known) return known;
    const start = header.chunks[index];
    if (start === undefined) throw invalid(name, `chunk ${index} is missing`);
    const raw = inflate(body.subarray(start, header.chunks[index + 1]), name);
    chunks.set(index, raw);
    return raw;
  };
  const schemaAt = (slice: PackSlice | undefined): ResourceSchema | undefined => {
    if (!slice) return undefined;
    const known = parsed.get(slice);
    if (known) return known;
    const [chunk, offset, length] = slice;
    const schema: ResourceSchema = JSON.parse(chunkAt(chunk).toString("utf8", offset, offset + length));
    parsed.set(slice, schema);
    return schema;
  };

  const resources = new Map(Object.entries(header.resources));
  const dataSources = new Map(Object.entries(header.dataSources));
  return {
    address: header.address,
    version: header.version,
    origin: header.origin,
    gaps: header.gaps,
    digest: header.digest,
    providerSchema: () => header.provider,
    resourceSchema: (type) => schemaAt(resources.get(type)),
    dataSourceSchema: (type) => schemaAt(dataSources.get(type)),
    resourceTypes: () => [...resources.keys()],
    dataSourceTypes: () => [...dataSources.keys()],
  };
}

function readHeader(bytes: Uint8Array, name: string): { header: PackHeader; body: Uint8Array } {
  const magic = Buffer.from(PACK_MAGIC, "latin1");
  const start = magic.length + PACK_HEADER_LENGTH_BYTES;
  if (bytes.length < start || magic.compare(bytes, 0, magic.length) !== 0) {
    throw invalid(name, "it does not start as a pack does");
  }
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true);
  const end = start + headerLength;
  if (end > bytes.length) throw invalid(name, "it is cut short");
  const header: PackHeader = JSON.parse(inflate(bytes.subarray(start, end), name).toString("utf8"));
  if (header.format !== PACK_FORMAT) {
    throw invalid(name, `its format is ${header.format}, this Apex reads ${PACK_FORMAT}`);
  }
  if (end + (header.chunks.at(-1) ?? 0) !== bytes.length)
    throw invalid(name, "its length is not as recorded");
  return { header, body: bytes.subarray(end) };
}

function inflate(compressed: Uint8Array, name: string): Buffer {
  try {
    return brotliDecompressSync(compressed);
  } catch (cause) {
    throw invalid(name, "its content does not decompress", cause);
  }
}

function invalid(name: string, reason: string, cause?: unknown): AdapterError {
  return new AdapterError("invalid", `schema pack ${name} is not usable: ${reason}; regenerate it`, {
    cause,
  });
}
