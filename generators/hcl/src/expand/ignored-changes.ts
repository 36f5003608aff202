import { formatPath, type JsonPath } from "@apex/core";
import { attributeOf } from "../configuration/module-definition.ts";
import type { Block, Expression } from "../syntax/expression.ts";

/** What a resource's `lifecycle` block says about changes. */
export interface Lifecycle {
  /** Paths whose changes Terraform ignores; `"all"` for every one. */
  readonly ignored: "all" | readonly string[];
  readonly preventDestroy: boolean;
}

function pathOf(expression: Expression): JsonPath | undefined {
  if (expression.kind === "root") return [expression.name];
  // Quoted names are the form of Terraform 0.11.
  if (expression.kind === "literal" && typeof expression.value === "string")
    return expression.value.split(".");
  if (expression.kind === "attribute") {
    const of = pathOf(expression.of);
    return of && [...of, expression.name];
  }
  if (expression.kind === "index" && expression.key.kind === "literal") {
    const of = pathOf(expression.of);
    const { value } = expression.key;
    return of && (typeof value === "string" || typeof value === "number") ? [...of, value] : undefined;
  }
  return undefined;
}

/** Reads `lifecycle { … }` of a resource block. */
export function lifecycleOf(block: Block): Lifecycle {
  const ignored: string[] = [];
  let all = false;
  let preventDestroy = false;
  for (const lifecycle of block.body.blocks.filter(({ type }) => type === "lifecycle")) {
    const prevent = attributeOf(lifecycle.body, "prevent_destroy")?.value;
    if (prevent?.kind === "literal" && prevent.value === true) preventDestroy = true;
    const list = attributeOf(lifecycle.body, "ignore_changes")?.value;
    if (list?.kind === "root" && list.name === "all") all = true;
    if (list?.kind !== "tuple") continue;
    for (const item of list.items) {
      const path = pathOf(item);
      if (path === undefined) continue;
      const text = formatPath(path);
      if (text === "all" || text === "*") all = true;
      else ignored.push(text);
    }
  }
  return { ignored: all ? "all" : ignored, preventDestroy };
}

/** The entry of `ignore_changes` that covers a path, `undefined` when none does. */
export function ignoredBy(lifecycle: Lifecycle, path: JsonPath): string | undefined {
  if (lifecycle.ignored === "all") return "all";
  const text = formatPath(path);
  return lifecycle.ignored.find(
    (entry) => text === entry || text.startsWith(`${entry}.`) || text.startsWith(`${entry}[`),
  );
}
