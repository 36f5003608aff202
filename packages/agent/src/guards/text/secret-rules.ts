import { attributeOf, type Configuration } from "@apex/generators-hcl";
import { type Body, type Expression, expressionsIn, textOf } from "@apex/generators-hcl/syntax";
import { findSecrets } from "../../redaction/find-secrets.ts";
import { isSecretName } from "../../redaction/secret-names.ts";
import type { TextChange, Violation } from "../guard.ts";
import { isBroken } from "../inventory.ts";
import type { Named } from "../named.ts";
import { isSlip } from "../similar.ts";
import { changedFilesOf } from "./file-rules.ts";

/** How often each secret stands in the texts. */
function secretsIn(configuration: Configuration): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of configuration.source.files.values()) {
    for (const { start, end } of findSecrets(text)) {
      const secret = text.slice(start, end);
      counts.set(secret, (counts.get(secret) ?? 0) + 1);
    }
  }
  return counts;
}

/** Whether an expression ends in a text that is written out, behind whatever functions and branches. */
function writesText(expression: Expression | undefined): boolean {
  switch (expression?.kind) {
    case "literal":
      return typeof expression.value === "string" && expression.value !== "";
    case "template":
      return expression.parts.every((part) => part.kind === "text");
    case "parentheses":
      return writesText(expression.inner);
    case "conditional":
      return writesText(expression.whenTrue) || writesText(expression.whenFalse);
    case "call":
      return expression.arguments.some(writesText);
    case "tuple":
      return expression.items.some(writesText);
    default:
      return false;
  }
}

/** Attributes, keys and variables that are named as secrets and have their value written out, as `name: text`. */
function namedSecrets(configuration: Configuration): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string, value: Expression): void => {
    if (!writesText(value)) return;
    const key = `${name}: ${textOf(value)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const visit = (body: Body): void => {
    for (const { name, value } of body.attributes) {
      if (isSecretName(name)) add(name, value);
      if (value.kind === "object") {
        for (const item of value.items) if (isSecretName(item.name ?? "")) add(item.name ?? "", item.value);
      }
    }
    for (const block of body.blocks) {
      const [label = ""] = block.labels;
      const fallback = attributeOf(block.body, "default")?.value;
      if (block.type === "variable" && isSecretName(label) && fallback !== undefined) add(label, fallback);
      visit(block.body);
    }
  };
  for (const { body } of configuration.parsed.values()) visit(body);
  for (const [name, assignment] of configuration.assignments) {
    if (assignment.kind === "file" && isSecretName(name)) add(name, assignment.value);
  }
  return counts;
}

/** References to what is named as a secret, from attributes that are not: an output, a tag, a script. By name, how many. */
function exposures(configuration: Configuration): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const visit = (body: Body): void => {
    for (const attribute of body.attributes) {
      if (isSecretName(attribute.name)) continue;
      for (const node of expressionsIn({ body: { attributes: [attribute], blocks: [] } })) {
        if (node.kind === "attribute" && isSecretName(node.name))
          counts.set(node.name, (counts.get(node.name) ?? 0) + 1);
      }
    }
    for (const block of body.blocks) visit(block.body);
  };
  for (const { body } of configuration.parsed.values()) visit(body);
  return counts;
}

function exposed({ original, edited }: TextChange, named: Named): readonly Violation[] {
  const before = exposures(original);
  return [...exposures(edited)]
    .filter(([name, count]) => {
      const isMended = [...named.names].some((one) => one !== name && isSlip(one, name));
      const isRead = [...original.parsed].some(([file]) => isBroken(original, file));
      return count > (before.get(name) ?? 0) && !isMended && !isRead;
    })
    .map(([name]) => ({
      rule: "secret-written",
      sentence: `${name} would be referred to where it can be read: it is a secret`,
    }));
}

/** No secret is written by an edit: none that is new, and none that stood in one place already in another one. */
export function secretRules(change: TextChange, named: Named): readonly Violation[] {
  const { original, edited } = change;
  const [file] = changedFilesOf(change);
  const where = file === undefined ? {} : { file };
  const before = secretsIn(original);
  const values = [...secretsIn(edited)].filter(([secret, count]) => count > (before.get(secret) ?? 0));
  const violations: Violation[] = values
    .slice(0, 1)
    .map(() => ({ rule: "secret-written", sentence: "A secret would be written into the files", ...where }));
  const known = namedSecrets(original);
  for (const [written, count] of namedSecrets(edited)) {
    const text = written.slice(written.indexOf(": ") + 2);
    // A name that was misspelt holds what it held before.
    const stood = [...original.source.files.values()].some((one) => one.includes(text));
    if (count <= (known.get(written) ?? 0) || (stood && before.size > 0) || (stood && !values.length))
      continue;
    const name = written.slice(0, written.indexOf(": "));
    violations.push({
      rule: "secret-written",
      sentence: `${name} would have its value written out`,
      ...where,
    });
  }
  return [...violations, ...exposed(change, named)];
}
