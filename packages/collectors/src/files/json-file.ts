import { readFile } from "node:fs/promises";
import type { Diagnostic, JsonValue } from "@apex/core";
import { fileError, messageOf } from "./errors.ts";
import type { SourceFile } from "./source-file.ts";

/** V8 holds no longer string; larger dumps belong into CSV or several files. */
const JSON_BYTES_MAX = 400 * 1024 ** 2;

/** The outcome of {@link readJson}. */
export type ReadJson =
  | { readonly kind: "json"; readonly value: JsonValue }
  | { readonly kind: "invalid"; readonly diagnostic: Diagnostic };

/** Reads a whole JSON document; says where it breaks, or that it is too large for memory. */
export async function readJson(file: SourceFile): Promise<ReadJson> {
  if (file.kind !== "text") return invalid(file, "it is a Parquet file");
  if (file.bytes > JSON_BYTES_MAX) {
    return invalid(
      file,
      `it is larger than ${JSON_BYTES_MAX / 1024 ** 2} MiB; split it by time or by resource`,
    );
  }
  try {
    const text = (await readFile(file.path, "utf8")).replace(/^\uFEFF/, "");
    // JSON.parse gives nothing but JSON values.
    return { kind: "json", value: JSON.parse(text) as JsonValue };
  } catch (error) {
    return invalid(file, messageOf(error));
  }
}

function invalid(file: SourceFile, reason: string): ReadJson {
  return {
    kind: "invalid",
    diagnostic: fileError(
      file.name,
      "json-invalid",
      `${file.name} cannot be read as JSON: ${reason}`,
      "Nothing of it was used. Export it again.",
    ),
  };
}
