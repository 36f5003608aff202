import type { TerraformDiagnostic } from "@apex/core";
import { type Configuration, joinPath } from "@apex/generators-hcl";
import { SourceText } from "@apex/generators-hcl/syntax";
import type { FilePlace } from "./problem.ts";

/** The key of the configuration's files that Terraform means: it writes `./modules/x/main.tf`, and backslashes on Windows. */
function fileOf(configuration: Configuration, filename: string): string | undefined {
  const { files } = configuration.source;
  if (files.has(filename)) return filename;
  if (filename.startsWith("/")) return undefined;
  const normal = joinPath("", filename.replaceAll("\\", "/"));
  return files.has(normal) ? normal : undefined;
}

/** Bytes of a code point in UTF-8. */
function bytesOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x8_00) return 2;
  return point < 0x1_00_00 ? 3 : 4;
}

/** The UTF-16 offset of each byte offset, `undefined` for one within a character or after the text. */
function offsetsOf(text: string, bytes: readonly number[]): readonly (number | undefined)[] {
  const found: (number | undefined)[] = bytes.map(() => undefined);
  const last = Math.max(...bytes);
  let at = 0;
  let index = 0;
  while (at <= last) {
    for (const [which, wanted] of bytes.entries()) if (wanted === at) found[which] = index;
    const point = text.codePointAt(index);
    if (point === undefined) break;
    index += point < 0x1_00_00 ? 1 : 2;
    at += bytesOf(point);
  }
  return found;
}

/**
 * Where a diagnostic points, in UTF-16 code units of the configuration's text. Terraform counts bytes from the start of the file, a
 * byte order mark included. `undefined` where there is no range, the file is none of the configuration's, or the text is not the one
 * that Terraform read: the offsets leave it, or the line does not agree.
 */
export function placeOfDiagnostic(
  configuration: Configuration,
  { range }: TerraformDiagnostic,
): FilePlace | undefined {
  if (range === undefined) return undefined;
  const file = fileOf(configuration, range.filename);
  const text = file === undefined ? undefined : configuration.source.files.get(file);
  if (file === undefined || text === undefined) return undefined;
  const [start, inText, last] = offsetsOf(text, [range.start.byte, range.end.byte, range.end.byte - 1]);
  // At the end of the file Terraform widens an empty range by a byte that is not there.
  const end = inText ?? (last === text.length ? last : undefined);
  if (start === undefined || end === undefined || end < start) return undefined;
  const source = configuration.parsed.get(file)?.source ?? new SourceText(file, text);
  return source.position(start).line === range.start.line ? { file, start, end } : undefined;
}
