import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonValue } from "@apex/core";
import { z } from "zod";
import { readIfFile } from "./file-probe.ts";
import { topLevelBlocks } from "./hcl-blocks.ts";
import type { WorkingCopy } from "./working-copy.ts";

/** Last in the order in which Terraform reads override files. */
const OVERRIDE_FILE = "zzzz_apex_remote_state_override.tf";

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

const JsonConfiguration = z.object({
  data: z.object({ terraform_remote_state: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

/** The same for JSON syntax. */
function jsonRemoteStates(text: string): readonly RemoteState[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const known = JsonConfiguration.safeParse(parsed);
  return Object.entries(known.data?.data.terraform_remote_state ?? {})
    .filter(([, given]) => given["backend"] !== "local")
    .map(([name, given]) => ({
      name,
      key: "for_each" in given ? "each.key" : "count" in given ? "count.index" : null,
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
      if (!/\.(tf|tofu)(\.json)?$/.test(file)) continue;
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
    if (blocks.length > 0) await writeFile(join(directory, OVERRIDE_FILE), blocks.join("\n"));
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
