import { readFile } from "node:fs/promises";
import path from "node:path";
import type { KnownResource, Surroundings } from "@apex/agent";
import { machineTypesByAttribute } from "@apex/catalog";
import {
  formatAddress,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseAddress,
  parseJson,
} from "@apex/core";
import { attributeOf, type Configuration } from "@apex/generators-hcl";
import type { Expression } from "@apex/generators-hcl/syntax";
import { bundledSchemas } from "@apex/sandbox-terraform";

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function addressOf(resource: JsonObject, key: JsonValue | undefined): string | undefined {
  const { module, mode, type, name } = resource;
  if (typeof type !== "string" || typeof name !== "string") return undefined;
  const head = [typeof module === "string" ? module : "", mode === "data" ? "data" : "", type, name];
  const parsed = parseAddress(head.filter((part) => part !== "").join("."));
  if (parsed === undefined) return undefined;
  return formatAddress(typeof key === "string" || typeof key === "number" ? { ...parsed, key } : parsed);
}

/** The resources of a version 4 state, each instance with its attributes; what is not of that form is passed over. */
export function knownResources(state: JsonValue | undefined): readonly KnownResource[] {
  if (!isJsonObject(state)) return [];
  return listOf(state["resources"]).flatMap((resource) => {
    if (!isJsonObject(resource)) return [];
    const { type, mode } = resource;
    if (typeof type !== "string" || (mode !== "managed" && mode !== "data")) return [];
    return listOf(resource["instances"]).flatMap((instance) => {
      if (!isJsonObject(instance) || !isJsonObject(instance["attributes"])) return [];
      const address = addressOf(resource, instance["index_key"]);
      return address === undefined ? [] : [{ address, mode, type, attributes: instance["attributes"] }];
    });
  });
}

/** The text of a constant, or of a root variable whose value or default is one. */
function constantText(configuration: Configuration, expression: Expression, depth = 0): string | undefined {
  if (expression.kind === "literal") {
    return typeof expression.value === "string" ? expression.value : undefined;
  }
  if (expression.kind === "template") {
    const [part] = expression.parts;
    return expression.parts.length === 1 && part?.kind === "text" ? part.value : undefined;
  }
  const isVariable =
    expression.kind === "attribute" && expression.of.kind === "root" && expression.of.name === "var";
  if (!isVariable || depth > 0) return undefined;
  const { name } = expression;
  const given = configuration.assignments.get(name);
  if (given?.kind === "command-line") return given.text;
  const value = given?.value ?? configuration.modules.get("")?.variables.get(name)?.default?.value;
  return value === undefined ? undefined : constantText(configuration, value, depth + 1);
}

/** The region of the first provider configuration without an alias that names one, where a constant tells. */
export function regionOf(configuration: Configuration): string | undefined {
  for (const { body } of configuration.modules.get("")?.providers ?? []) {
    if (attributeOf(body, "alias") !== undefined) continue;
    const region = attributeOf(body, "region")?.value;
    const text = region === undefined ? undefined : constantText(configuration, region);
    if (text !== undefined && text !== "") return text;
  }
  return undefined;
}

/** The state that Terraform plans against: the one that was named, else the directory's own. */
async function stateOf(directory: string, stateFile: string | undefined): Promise<JsonValue | undefined> {
  const file = stateFile ?? path.join(directory, "terraform.tfstate");
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseJson(text);
}

/** What surrounds a configuration while it is repaired. `stateFile` is a plain version 4 state. */
export async function surroundingsOf(
  directory: string,
  configuration: Configuration,
  stateFile: string | undefined,
): Promise<Surroundings> {
  const region = regionOf(configuration);
  return {
    schemas: bundledSchemas(),
    machineTypes: machineTypesByAttribute(),
    state: knownResources(await stateOf(directory, stateFile)),
    ...(region === undefined ? {} : { region }),
  };
}
