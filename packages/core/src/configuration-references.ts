import { type Address, formatAddress, formatModulePath, type ModuleStep, parseAddress } from "./address.ts";
import { formatPath, isJsonObject, type JsonObject, type JsonPath, type JsonValue, valueAt } from "./json.ts";

/** Variables and outputs are followed through this many modules: deeper than any real configuration, and an end for loops. */
const MODULES_MAX = 32;

/** Expressions are nested no deeper than provider schemas are. */
const BLOCKS_MAX = 16;

/** What an expression can refer to besides resources, variables and modules; nothing is to be followed there. */
const NOT_RESOURCES = new Set(["data", "local", "each", "count", "path", "self", "terraform", "ephemeral"]);

/** Where an expression stands: the instance of a module, and that module's part of the configuration. */
interface Place {
  readonly modules: readonly ModuleStep[];
  readonly configuration: JsonObject;
}

function objectAt(value: JsonValue | undefined, path: JsonPath): JsonObject | undefined {
  const found = valueAt(value, path);
  return isJsonObject(found) ? found : undefined;
}

function referencesIn(expression: JsonValue | undefined): readonly string[] {
  const found = valueAt(expression, ["references"]);
  return Array.isArray(found) ? (found as JsonValue[]).filter((item) => typeof item === "string") : [];
}

/** The places from the root to a module instance; shorter when the configuration does not go as deep. */
function placesTo(root: JsonObject, modules: readonly ModuleStep[]): readonly Place[] {
  const places: Place[] = [{ modules: [], configuration: root }];
  for (const [index, step] of modules.entries()) {
    const configuration = objectAt(places.at(-1)?.configuration, ["module_calls", step.name, "module"]);
    if (configuration === undefined) break;
    places.push({ modules: modules.slice(0, index + 1), configuration });
  }
  return places;
}

/** `module.net["a"].subnet_id` → its step and output name. */
function moduleOutput(reference: string): { readonly step: ModuleStep; readonly output: string } | undefined {
  const match = /^module\.([^.[]+)(?:\[(\d+|"(?:[^"\\]|\\.)*")\])?\.([^.[]+)/.exec(reference);
  const [, name, key, output] = match ?? [];
  if (name === undefined || output === undefined) return undefined;
  return { step: key === undefined ? { name } : { name, key: JSON.parse(key) as string | number }, output };
}

/** The resources that a reference leads to, through variables upwards and outputs downwards. */
function resolve(reference: string, places: readonly Place[], modulesLeft: number): readonly string[] {
  const here = places.at(-1);
  if (here === undefined || modulesLeft === 0) return [];
  const [head = "", second = ""] = reference.split(/[.[]/);
  if (head === "var") {
    const parents = places.slice(0, -1);
    const call = objectAt(parents.at(-1)?.configuration, ["module_calls", here.modules.at(-1)?.name ?? ""]);
    return referencesIn(valueAt(call, ["expressions", second])).flatMap((each) =>
      resolve(each, parents, modulesLeft - 1),
    );
  }
  if (head === "module") {
    const found = moduleOutput(reference);
    const configuration = objectAt(here.configuration, ["module_calls", found?.step.name ?? "", "module"]);
    if (found === undefined || configuration === undefined) return [];
    const inside: Place = { modules: [...here.modules, found.step], configuration };
    const written = valueAt(configuration, ["outputs", found.output, "expression"]);
    return referencesIn(written).flatMap((each) => resolve(each, [...places, inside], modulesLeft - 1));
  }
  if (NOT_RESOURCES.has(head) || second === "") return [];
  const path = formatModulePath(here.modules);
  return [path === "" ? `${head}.${second}` : `${path}.${head}.${second}`];
}

/** Visits every expression under a resource's `expressions`, with the path of its attribute. */
function visitExpressions(
  value: JsonValue,
  path: JsonPath,
  visit: (path: JsonPath, references: readonly string[]) => void,
): void {
  if (path.length > BLOCKS_MAX) return;
  if (Array.isArray(value)) {
    (value as JsonValue[]).forEach((item, index) => visitExpressions(item, [...path, index], visit));
  } else if (isJsonObject(value)) {
    const references = referencesIn(value);
    if (references.length > 0) visit(path, references);
    else for (const [name, item] of Object.entries(value)) visitExpressions(item, [...path, name], visit);
  }
}

function resourceConfiguration(place: Place, address: Address): JsonObject | undefined {
  const wanted = formatAddress({ modules: [], mode: address.mode, type: address.type, name: address.name });
  const resources = valueAt(place.configuration, ["resources"]);
  if (!Array.isArray(resources)) return undefined;
  return (resources as JsonValue[]).filter(isJsonObject).find((resource) => resource["address"] === wanted);
}

/**
 * Tells which resources the attributes of a resource refer to, from the `configuration.root_module` of Terraform's JSON
 * plan: attribute path (`launch_template[0].id`) to absolute addresses without their own instance key, as
 * {@link PlannedResource.references} wants them. Local values are not in that part of the plan and end the chain.
 */
export function configurationReferences(
  rootModule: JsonValue,
): (address: string) => Readonly<Record<string, readonly string[]>> {
  return (text) => {
    const address = parseAddress(text);
    if (address === undefined || !isJsonObject(rootModule)) return {};
    const places = placesTo(rootModule, address.modules);
    const here = places.at(-1);
    if (here === undefined || here.modules.length !== address.modules.length) return {};
    const references: Record<string, readonly string[]> = {};
    const expressions = resourceConfiguration(here, address)?.["expressions"];
    visitExpressions(expressions ?? null, [], (path, written) => {
      const resolved = new Set(written.flatMap((reference) => resolve(reference, places, MODULES_MAX)));
      if (resolved.size > 0) references[formatPath(path)] = [...resolved];
    });
    return references;
  };
}
