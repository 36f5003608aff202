/**
 * Writes src/gcp/testing/published-shapes.generated.json: the messages that the collector reads, as Google publishes them
 * in its own client packages. The packages are large and needed for this alone, so they are not dependencies:
 *
 *   npm install --prefix DIRECTORY @google-cloud/compute @google-cloud/container @google-cloud/monitoring \
 *     @google-cloud/recommender @googleapis/sqladmin @google-cloud/bigquery
 *   node scripts/published-google-shapes.ts DIRECTORY
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface ProtoNode {
  readonly nested?: Readonly<Record<string, ProtoNode>>;
  readonly fields?: Readonly<Record<string, { type: string; rule?: string; keyType?: string }>>;
  readonly values?: Readonly<Record<string, number>>;
}

/** Field → type: "string", "Disk[]", "{string}"; an enum is "enum". */
type Shape = Readonly<Record<string, string>>;

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("usage: node scripts/published-google-shapes.ts DIRECTORY");
const modules = join(directory, "node_modules");
const sources: Record<string, string> = {};
const shapes: Record<string, Shape> = {};

function packageFile(name: string, file: string): string {
  const { version } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
  sources[name] = version;
  return readFileSync(join(modules, name, file), "utf8");
}

function fromProtos(name: string, prefix: string, space: string, roots: readonly string[]): void {
  const root: ProtoNode = JSON.parse(packageFile(name, "build/protos/protos.json"));
  const at = (path: readonly string[]): ProtoNode | undefined =>
    path.reduce<ProtoNode | undefined>((node, part) => node?.nested?.[part], root);
  const visit = (path: readonly string[]): string => {
    const local = path.join(".").replace(`${space}.`, "");
    const key = `${prefix}.${local}`;
    const node = at(path);
    if (node?.values !== undefined) return "enum";
    if (node?.fields === undefined || shapes[key] !== undefined) return key;
    const shape: Record<string, string> = {};
    shapes[key] = shape;
    for (const [field, { type, rule, keyType }] of Object.entries(node.fields)) {
      const found = SCALARS.has(type) ? type : resolve(path, type);
      shape[field] = keyType !== undefined ? `{${found}}` : rule === "repeated" ? `${found}[]` : found;
    }
    return key;
  };
  const resolve = (from: readonly string[], type: string): string => {
    const parts = type.replace(/^\./, "").split(".");
    // A name is looked up from the innermost scope outwards, as in protobuf.
    for (let depth = from.length; depth >= 0; depth -= 1) {
      const path = [...from.slice(0, depth), ...parts];
      if (at(path) !== undefined) return WELL_KNOWN.has(parts.at(-1) ?? "") ? `${parts.at(-1)}` : visit(path);
    }
    throw new Error(`${name}: no ${type}`);
  };
  for (const message of roots) visit([...space.split("."), message]);
}

const SCALARS = new Set(
  "string bool bytes double float int32 int64 uint32 uint64 fixed64 sint32 sint64".split(" "),
);
/** Messages with a JSON form of their own. Source: protobuf, "ProtoJSON format". */
const WELL_KNOWN = new Set(
  "Timestamp Duration Struct Value BoolValue DoubleValue Int32Value Int64Value StringValue Any FieldMask".split(
    " ",
  ),
);

/** Interfaces that are generated from discovery documents, whose numbers of 64 bits are strings already. */
function fromInterfaces(
  name: string,
  file: string,
  options: { prefix: string; mark: string; roots: readonly string[] },
): void {
  const text = packageFile(name, file).replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const visit = (message: string): string => {
    const key = `${options.prefix}.${message}`;
    if (shapes[key] !== undefined) return key;
    const start = new RegExp(
      `(?:interface|type) ${options.mark}${message}(?: =)? \\{`.replaceAll("$", "\\$"),
    ).exec(text);
    if (start === null) return "any";
    const shape: Record<string, string> = {};
    shapes[key] = shape;
    const body = withoutInnerObjects(text.slice(start.index + start[0].length));
    for (const written of body.split(";")) {
      const [, field, type] = /^'?(\w+)'?\?: ([\s\S]+)$/.exec(written.trim()) ?? [];
      if (field !== undefined && type !== undefined)
        shape[field] = typeOf(type.replace(" | null", "").trim());
    }
    return key;
  };
  const typeOf = (type: string): string => {
    const list = /^(?:Array<(.+)>|(.+)\[\])$/s.exec(type);
    if (list !== null) return `${typeOf(list[1] ?? list[2] ?? "")}[]`;
    if (type === "string" || type === "boolean" || type === "number")
      return type === "boolean" ? "bool" : type === "number" ? "double" : type;
    const map = /^Map<(.+)>$/.exec(type);
    if (map !== null) return `{${typeOf(map[1] ?? "")}}`;
    const message = new RegExp(`^${options.mark.replaceAll("$", "\\$")}(\\w+)$`).exec(type)?.[1];
    return message === undefined ? "any" : visit(message);
  };
  for (const root of options.roots) visit(root);
}

/** The text up to the brace that closes it; maps in it become `Map<T>`, other objects in place `any`. */
function withoutInnerObjects(text: string): string {
  let left = text;
  for (;;) {
    const inner = /\{([^{}]*)\}/.exec(left);
    const close = left.indexOf("}");
    if (inner === null || close < inner.index) return left.slice(0, close);
    const map = /\[key: string\]: ([^;]+);?\s*$/.exec((inner[1] ?? "").trim());
    const name = map === null ? "any" : `Map<${(map[1] ?? "").replace(" | null", "").trim()}>`;
    left = left.slice(0, inner.index) + name + left.slice(inner.index + inner[0].length);
  }
}

fromProtos("@google-cloud/compute", "compute", "google.cloud.compute.v1", [
  "InstanceAggregatedList",
  "DiskAggregatedList",
  "SnapshotList",
  "AddressAggregatedList",
  "InstanceGroupManagerAggregatedList",
  "InstanceTemplateAggregatedList",
  "AutoscalerAggregatedList",
  "MachineType",
]);
fromProtos("@google-cloud/container", "container", "google.container.v1", ["ListClustersResponse"]);
fromProtos("@google-cloud/monitoring", "monitoring", "google.monitoring.v3", ["ListTimeSeriesResponse"]);
fromProtos("@google-cloud/recommender", "recommender", "google.cloud.recommender.v1", [
  "ListRecommendationsResponse",
]);
fromInterfaces("@googleapis/sqladmin", "build/v1.d.ts", {
  prefix: "sql",
  mark: "Schema$",
  roots: ["InstancesListResponse"],
});
fromInterfaces("@google-cloud/bigquery", "build/src/types.d.ts", {
  prefix: "bigquery",
  mark: "I",
  roots: ["QueryResponse", "GetQueryResultsResponse", "Table"],
});
const target = new URL("../src/gcp/testing/published-shapes.generated.json", import.meta.url);
// A line for each message: a difference between two versions shows what changed.
const lines = Object.entries(shapes).map(
  ([name, shape]) => `${JSON.stringify(name)}: ${JSON.stringify(shape)}`,
);
writeFileSync(target, `{"sources": ${JSON.stringify(sources)},\n"shapes": {\n${lines.join(",\n")}\n}}\n`);
