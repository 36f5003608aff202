import { readFile } from "node:fs/promises";
import { AdapterError } from "@apex/core";
import { z } from "zod";
import type { DataSourceFixture } from "../provider/provider-session.ts";
import { statOrUndefined } from "./file-probe.ts";
import type { RecordedRemoteState } from "./remote-state.ts";

/** What planning needs to know of a state before Terraform reads it. */
export interface StateFacts {
  /** All resource and data source types in it. */
  readonly types: ReadonlySet<string>;
  /** `provider["registry.terraform.io/hashicorp/aws"]` and the like. */
  readonly providers: ReadonlySet<string>;
  /** The highest schema version of each resource type. */
  readonly schemaVersions: ReadonlyMap<string, number>;
  readonly dataSources: readonly DataSourceFixture[];
  readonly remoteStates: readonly RecordedRemoteState[];
}

const STATE_BYTES_MAX = 256 * 1024 * 1024;

const State = z.object({
  version: z.number(),
  terraform_version: z.string().optional(),
  resources: z
    .array(
      z.object({
        mode: z.enum(["managed", "data"]),
        type: z.string(),
        name: z.string(),
        provider: z.string().default(""),
        instances: z
          .array(
            z.object({
              index_key: z.union([z.string(), z.number()]).optional(),
              schema_version: z.number().default(0),
              attributes: z.record(z.string(), z.unknown()).nullish(),
            }),
          )
          .default([]),
      }),
    )
    .nullish(),
});

function invalid(path: string, reason: string, cause?: unknown): AdapterError {
  return new AdapterError("invalid", `${path}: ${reason}`, { cause });
}

/**
 * Reads a Terraform state of version 4. Throws an AdapterError that names the file for anything else: no file, no JSON,
 * an encrypted or older state.
 */
export async function readStateFacts(path: string): Promise<StateFacts> {
  const status = await statOrUndefined(path);
  if (status?.isFile() !== true) {
    throw new AdapterError(
      "not-found",
      `${path}: no such state file; give the one that "terraform state pull" prints.`,
    );
  }
  if (status.size > STATE_BYTES_MAX) throw invalid(path, "the state is larger than 256 MiB");
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw invalid(path, `not a Terraform state: it is not JSON (${(cause as Error).message})`, cause);
  }
  const state = State.safeParse(raw);
  if (!state.success) {
    const [issue] = state.error.issues;
    throw invalid(path, `not a Terraform state: ${issue?.path.join(".")}: ${issue?.message}`, state.error);
  }
  if (state.data.version !== 4) {
    throw invalid(
      path,
      `the state has version ${state.data.version}, Apex reads version 4 (Terraform 0.12 and later)`,
    );
  }
  return factsOf(state.data);
}

function factsOf(state: z.infer<typeof State>): StateFacts {
  const types = new Set<string>();
  const providers = new Set<string>();
  const schemaVersions = new Map<string, number>();
  const dataSources: DataSourceFixture[] = [];
  const remoteStates: RecordedRemoteState[] = [];
  for (const resource of state.resources ?? []) {
    types.add(resource.type);
    providers.add(resource.provider);
    for (const instance of resource.instances) {
      if (resource.mode === "managed") {
        const known = schemaVersions.get(resource.type) ?? 0;
        schemaVersions.set(resource.type, Math.max(known, instance.schema_version));
      } else if (instance.attributes != null) {
        const attributes = instance.attributes as DataSourceFixture["attributes"];
        dataSources.push({ type: resource.type, match: null, attributes });
        if (resource.type === "terraform_remote_state") {
          remoteStates.push({
            name: resource.name,
            key: instance.index_key,
            attributes: instance.attributes,
          });
        }
      }
    }
  }
  return { types, providers, schemaVersions, dataSources, remoteStates };
}
