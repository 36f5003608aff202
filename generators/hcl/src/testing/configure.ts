import type { IntendedChange, JsonValue, Patch } from "@apex/core";
import {
  type Configuration,
  type ConfigurationSource,
  readConfiguration,
} from "../configuration/read-configuration.ts";
import { loadHclParser } from "../node.ts";
import { patchConfiguration } from "../patch/patch-configuration.ts";
import { applyTextEdits } from "../patch/text-edits.ts";

const parser = await loadHclParser();

/** Reads a configuration from literal files. */
export function configure(
  files: Readonly<Record<string, string>>,
  options: Omit<ConfigurationSource, "files"> = {},
): Configuration {
  return readConfiguration(parser, { files: new Map(Object.entries(files)), ...options });
}

/** `address.attribute` (or `address#path` for paths) from one value to another. */
export function set(
  address: string,
  attribute: string | readonly (string | number)[],
  values: readonly [JsonValue, JsonValue],
): IntendedChange {
  const path = typeof attribute === "string" ? [attribute] : attribute;
  return { kind: "set-attribute", address, path, from: values[0], to: values[1] };
}

/** Patches with one request per change, named "0", "1", …, and applies what was not refused. */
export function patchEach(
  configuration: Configuration,
  changes: readonly IntendedChange[],
): { readonly patches: readonly Patch[]; readonly files: Readonly<Record<string, string>> } {
  const requests = changes.map((change, at) => ({ id: String(at), changes: [change] }));
  const patches = [...patchConfiguration(configuration, requests).values()];
  const textEdits = patches.flatMap((patch) => (patch.kind === "edits" ? patch.textEdits : []));
  return { patches, files: Object.fromEntries(applyTextEdits(configuration.source.files, textEdits)) };
}

/** The lines that differ between two versions of the files, as `- old` and `+ new`. */
export function changedLines(
  configuration: Configuration,
  files: Readonly<Record<string, string>>,
): readonly string[] {
  const lines: string[] = [];
  for (const [file, after] of Object.entries(files)) {
    const before = (configuration.source.files.get(file) ?? "").split("\n");
    const now = after.split("\n");
    let start = 0;
    while (start < before.length && before[start] === now[start]) start++;
    let end = 0;
    while (
      end < before.length - start &&
      end < now.length - start &&
      before.at(-1 - end) === now.at(-1 - end)
    )
      end++;
    for (const line of before.slice(start, before.length - end)) lines.push(`${file} - ${line.trim()}`);
    for (const line of now.slice(start, now.length - end)) lines.push(`${file} + ${line.trim()}`);
  }
  return lines;
}
