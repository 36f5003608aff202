import type { ResourceSchema } from "@apex/core";

/*
 * A pack is: the magic, the length of the compressed header (uint32, little endian), the header (JSON, brotli), the
 * chunks (each brotli on its own). Types lie in chunks sorted by name, so that neighbours compress together and a
 * reader inflates only the chunks of the types it needs.
 */

/** The first bytes of every pack. */
export const PACK_MAGIC = "APEXSCHM";
/** Counts up when the layout changes. */
export const PACK_FORMAT = 1;
/** The header's length is a uint32 behind the magic. */
export const PACK_HEADER_LENGTH_BYTES = 4;

/** Chunk number, and byte offset and length inside the decompressed chunk. */
export type PackSlice = readonly [chunk: number, offset: number, length: number];

export interface PackHeader {
  readonly format: number;
  readonly address: string;
  readonly version: string;
  readonly origin: string;
  /** SHA-256 (hex) of the uncompressed chunks and the rest of this header: equal content, whatever brotli made of it. */
  readonly digest: string;
  readonly gaps: readonly string[];
  readonly provider: ResourceSchema;
  /** Start of each compressed chunk behind the header, then the end of the last. */
  readonly chunks: readonly number[];
  /** By type name, sorted. */
  readonly resources: { readonly [type: string]: PackSlice };
  readonly dataSources: { readonly [type: string]: PackSlice };
}
