import { isListValue, isObjectValue, isWhollyKnown, type ObjectValue, type Value } from "./dynamic-value.ts";

const DEFAULT_VERSION = "2012-10-17";

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function texts(value: Value | undefined): readonly string[] {
  return isListValue(value) ? value.filter((item) => typeof item === "string") : [];
}

/** One text stands alone, several are a list, sorted downwards as the provider for AWS writes them. */
function oneOrMany(items: readonly string[]): string | readonly string[] | undefined {
  if (items.length === 0) return undefined;
  return items.length === 1 ? items[0] : [...items].sort((a, b) => (a < b ? 1 : -1));
}

/** `&{x}` stands for IAM's own `${x}`, which Terraform would take for an interpolation. */
function unescape(items: readonly string[]): readonly string[] {
  return items.map((item) => item.replaceAll("&{", "${"));
}

function objects(value: Value | undefined): readonly ObjectValue[] {
  return isListValue(value) ? value.filter(isObjectValue) : [];
}

function principals(blocks: readonly ObjectValue[]): unknown {
  if (blocks.length === 0) return undefined;
  const byType = new Map<string, string[]>();
  for (const block of blocks) {
    const type = text(block["type"]);
    const identifiers = unescape(texts(block["identifiers"]));
    if (type === "*" && identifiers.includes("*")) return "*";
    byType.set(type, [...(byType.get(type) ?? []), ...identifiers]);
  }
  return Object.fromEntries([...byType].map(([type, identifiers]) => [type, oneOrMany(identifiers)]));
}

function conditions(blocks: readonly ObjectValue[]): unknown {
  if (blocks.length === 0) return undefined;
  const byTest: Record<string, Record<string, unknown>> = {};
  for (const block of blocks) {
    const test = (byTest[text(block["test"])] ??= {});
    test[text(block["variable"])] = oneOrMany(unescape(texts(block["values"])));
  }
  return byTest;
}

function statement(block: ObjectValue): Record<string, unknown> {
  const sid = block["sid"];
  return {
    Sid: typeof sid === "string" && sid !== "" ? sid : undefined,
    Effect: typeof block["effect"] === "string" ? block["effect"] : "Allow",
    Action: oneOrMany(texts(block["actions"])),
    NotAction: oneOrMany(texts(block["not_actions"])),
    Resource: oneOrMany(unescape(texts(block["resources"]))),
    NotResource: oneOrMany(unescape(texts(block["not_resources"]))),
    Principal: principals(objects(block["principals"])),
    NotPrincipal: principals(objects(block["not_principals"])),
    Condition: conditions(objects(block["condition"])),
  };
}

function statementsOf(document: string): readonly Record<string, unknown>[] {
  const parsed = JSON.parse(document) as { Statement?: unknown };
  const statements = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement];
  return statements.filter((item) => typeof item === "object" && item !== null);
}

/** Later statements replace earlier ones with the same Sid; those without one are added. */
function mergeStatements(
  lists: readonly (readonly Record<string, unknown>[])[],
): readonly Record<string, unknown>[] {
  const merged: Record<string, unknown>[] = [];
  for (const item of lists.flat()) {
    const index = merged.findIndex((other) => item["Sid"] !== undefined && other["Sid"] === item["Sid"]);
    if (index < 0) merged.push(item);
    else merged[index] = item;
  }
  return merged;
}

function documents(value: Value | undefined): readonly (readonly Record<string, unknown>[])[] {
  return texts(value)
    .filter((text) => text !== "")
    .map(statementsOf);
}

/**
 * The JSON of an `aws_iam_policy_document`, which follows from its configuration alone.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
export function renderPolicyDocument(config: ObjectValue): {
  readonly values: Readonly<Record<string, Value>>;
  readonly isExact: boolean;
} {
  if (!isWhollyKnown(config)) return { values: {}, isExact: false };
  let merged: readonly Record<string, unknown>[];
  try {
    merged = mergeStatements([
      ...documents(config["source_policy_documents"]),
      objects(config["statement"]).map(statement),
      ...documents(config["override_policy_documents"]),
    ]);
  } catch {
    // A source document that is no JSON: the real provider refuses it; the placeholder says that it was not read.
    return { values: {}, isExact: false };
  }
  const document = {
    Version: typeof config["version"] === "string" ? config["version"] : DEFAULT_VERSION,
    Id: typeof config["policy_id"] === "string" ? config["policy_id"] : undefined,
    Statement: merged,
  };
  return {
    values: { json: JSON.stringify(document, null, 2), minified_json: JSON.stringify(document) },
    isExact: true,
  };
}
