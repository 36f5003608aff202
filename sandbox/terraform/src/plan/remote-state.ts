import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonValue } from "@apex/core";
import { z } from "zod";
import { isTerraformFile, readIfFile } from "./file-probe.ts";
import { topLevelBlocks } from "./hcl-blocks.ts";
import { labelledBlocks } from "./json-blocks.ts";
import { lastOverrideFile } from "./override-file.ts";
import type { WorkingCopy } from "./working-copy.ts";

/** What the state keeps of a `terraform_remote_state`: an object with its type. */
const Outputs = z.object({
  value: z.record(z.string(), z.unknown()),
  type: z.tuple([z.literal("object"), z.record(z.string(), z.unknown())]),
});

interface RemoteState {
  readonly name: string;
  /** How instances are told apart, if they are. */
  readonly key: "each.key" | "count.index" | null;
}

function remoteStates(text: string): readonly RemoteState[] {
  return topLevelBlocks(text).flatMap(({ labels: [mode, type, name], arguments: given }) => {
    const isRemote = mode === "data" && type === "terraform_remote_state" && name !== undefined;
    // A local backend reads a file of the user's, which the copy holds.
    if (!isRemote || given.get("backend") === "local") return [];
    const key = given.has("for_each") ? "each.key" : given.has("count") ? "count.index" : null;
    return [{ name, key } as const];
  });
}

/** The same for JSON syntax. */
function jsonRemoteStates(text: string): readonly RemoteState[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  return labelledBlocks(parsed, ["data", "terraform_remote_state"])
    .filter(({ body }) => body["backend"] !== "local")
    .map(({ labels: [name = ""], body }) => ({
      name,
      key: "for_each" in body ? "each.key" : "count" in body ? "count.index" : null,
    }));
}

/** A state that holds nothing but outputs, for a local backend to read. */
function stateOf(outputs: z.infer<typeof Outputs> | undefined): string {
  const types = outputs?.type[1] ?? {};
  const entries = Object.entries(outputs?.value ?? {}).map(([name, value]) => [
    name,
    { value, type: types[name] ?? "dynamic" },
  ]);
  return JSON.stringify({
    version: 4,
    terraform_version: "1.5.0",
    serial: 1,
    lineage: "apex",
    outputs: Object.fromEntries(entries) as Record<string, JsonValue>,
    resources: [],
  });
}

/** What the state recorded of one instance of a `terraform_remote_state`. */
export interface RecordedRemoteState {
  readonly name: string;
  readonly key: string | number | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Makes every `terraform_remote_state` of the copy read what the state recorded of it at the last apply, instead of the
 * bucket or service it points at: those are the user's, and credentials may lie in reach. Gives the names of those that
 * the state has no record of; Terraform then reports that there is no state to find.
 */
export async function redirectRemoteStates(
  copy: WorkingCopy,
  recorded: readonly RecordedRemoteState[],
): Promise<readonly string[]> {
  const unknown = new Set<string>();
  for (const directory of copy.moduleDirectories) {
    const blocks: string[] = [];
    for (const file of await readdir(directory).catch(() => [])) {
      if (!isTerraformFile(file)) continue;
      const text = (await readIfFile(join(directory, file))) ?? "";
      for (const { name, key } of file.endsWith(".json") ? jsonRemoteStates(text) : remoteStates(text)) {
        const records = recorded.filter((each) => each.name === name);
        if (records.length === 0) unknown.add(name);
        const stem = join(copy.home, `remote-state-${name}`);
        for (const record of records) {
          const outputs = Outputs.safeParse(record.attributes["outputs"]).data;
          await writeFile(`${stem}-${record.key ?? "one"}.tfstate`, stateOf(outputs));
        }
        blocks.push(redirection(name, `${stem}-${key === null ? "one" : `\${${key}}`}.tfstate`));
      }
    }
    if (blocks.length > 0) await writeFile(await lastOverrideFile(directory), blocks.join("\n"));
  }
  return [...unknown].sort();
}

function redirection(name: string, path: string): string {
  return `data "terraform_remote_state" "${name}" {
  backend   = "local"
  workspace = "default"
  config = {
    path = "${path}"
  }
}
`;
}
