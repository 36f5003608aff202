import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isJsonObject, type JsonObject, type JsonValue } from "@apex/core";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { makeOwnedDirectory } from "./run-directory-owner.ts";

/** As much as a state may hold; a compressed one that grows beyond it is a bomb. */
const STATE_BYTES_MAX = 256 * 1024 ** 2;
/** Modules nested deeper than this are not a configuration but a loop. */
const MODULE_DEPTH_MAX = 64;
const GZIP_MAGIC = [0x1f, 0x8b];

function refuse(file: string, reason: string, cause?: unknown): CommandError {
  return new CommandError(
    EXIT_CODES.badInput,
    `--state ${file} ${reason}; give terraform.tfstate, or what \`terraform state pull\` or \`terraform show -json\` prints`,
    { cause },
  );
}

async function stateText(file: string): Promise<{ readonly text: string; readonly isPlain: boolean }> {
  const bytes = await readFile(file);
  const isPacked = GZIP_MAGIC.every((byte, index) => bytes[index] === byte);
  const text = isPacked
    ? (await promisify(gunzip)(bytes, { maxOutputLength: STATE_BYTES_MAX })).toString("utf8")
    : bytes.toString("utf8");
  return text.startsWith("\uFEFF") ? { text: text.slice(1), isPlain: false } : { text, isPlain: !isPacked };
}

interface StateResource {
  readonly head: JsonObject;
  readonly instances: JsonObject[];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** The resources of a shown module and its children, several instances of a block together as a state has them. */
function gather(shownModule: JsonObject, resources: Map<string, StateResource>, depth: number): void {
  const { address, resources: shown, child_modules: children } = shownModule;
  for (const each of listOf(shown)) {
    if (!isJsonObject(each) || !isJsonObject(each["values"])) continue;
    const { mode, type, name, provider_name: provider, schema_version: version } = each;
    if (typeof mode !== "string" || typeof type !== "string" || typeof name !== "string") continue;
    const key = JSON.stringify([address ?? null, mode, type, name]);
    const head = {
      ...(typeof address === "string" ? { module: address } : {}),
      mode,
      type,
      name,
      provider: `provider["${typeof provider === "string" ? provider : ""}"]`,
    };
    const resource: StateResource = resources.get(key) ?? { head, instances: [] };
    resource.instances.push({
      ...(each["index"] === undefined ? {} : { index_key: each["index"] }),
      ...(each["deposed_key"] === undefined ? {} : { deposed: each["deposed_key"] }),
      schema_version: version ?? 0,
      attributes: each["values"],
    });
    resources.set(key, resource);
  }
  if (depth >= MODULE_DEPTH_MAX) return;
  for (const child of listOf(children)) {
    if (isJsonObject(child)) gather(child, resources, depth + 1);
  }
}

/**
 * `terraform show -json` of a state, or of a plan with its prior state, as the version 4 state that it shows: Terraform
 * plans against nothing else. `undefined` when the document shows neither.
 */
export function stateFromShown(document: JsonValue): JsonObject | undefined {
  if (!isJsonObject(document) || typeof document["format_version"] !== "string") return undefined;
  const prior = document["prior_state"];
  const isPlan = document["planned_values"] !== undefined || isJsonObject(prior);
  const values = isPlan ? (isJsonObject(prior) ? prior["values"] : undefined) : document["values"];
  const resources = new Map<string, StateResource>();
  if (isJsonObject(values) && isJsonObject(values["root_module"]))
    gather(values["root_module"], resources, 0);
  return {
    version: 4,
    terraform_version: document["terraform_version"] ?? "1.0.0",
    serial: 1,
    lineage: "apex",
    outputs: {},
    resources: [...resources.values()].map(({ head, instances }) => ({ ...head, instances })),
  };
}

/** The version 4 state that a file holds in any of its forms; `isPlain` when the file itself is one. */
async function readState(
  file: string,
): Promise<{ readonly state: JsonValue | undefined; readonly isPlain: boolean }> {
  let read: Awaited<ReturnType<typeof stateText>>;
  let document: JsonValue;
  try {
    read = await stateText(file);
    // JSON.parse gives nothing but JSON values.
    document = JSON.parse(read.text) as JsonValue;
  } catch (error) {
    throw refuse(file, "cannot be read as JSON", error);
  }
  const version = isJsonObject(document) ? document["version"] : undefined;
  if (version === 4) return { state: document, isPlain: read.isPlain };
  if (typeof version === "number") throw refuse(file, `is a state of version ${version}; only 4 is read`);
  return { state: stateFromShown(document), isPlain: false };
}

/** A state as a file that Terraform plans against; whatever was made for it goes when it is disposed. */
export interface PlannableState extends AsyncDisposable {
  readonly path: string;
}

/**
 * Terraform plans against a plain version 4 state: this is the given file, or a private copy where that one is
 * compressed, has a byte order mark or is the output of `terraform show -json`. Throws a CommandError for what is no
 * state, before anybody has waited for anything.
 */
export async function openPlannableState(file: string): Promise<PlannableState> {
  const { state, isPlain } = await readState(file);
  if (state === undefined) throw refuse(file, "is no Terraform state");
  if (isPlain) return { path: file, [Symbol.asyncDispose]: () => Promise.resolve() };
  const directory = await makeOwnedDirectory("state", tmpdir());
  const copy = path.join(directory.path, "terraform.tfstate");
  await writeFile(copy, JSON.stringify(state), { mode: 0o600 });
  return { path: copy, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() };
}
