import { formatLiteral } from "@apex/generators-hcl";
import { expressionAt } from "../../world/locate.ts";
import type { Fixer, Proposal } from "../fixer.ts";

const NUMBERS = String.raw`v?(\d{1,5}(?:\.\d{1,5}){0,2})`;

/** One condition as Terraform writes it; `undefined` where it is not plain. Sources: Terraform "Version Constraints", npm semver. */
function condition(text: string): string | undefined {
  const wild = /^v?(\d{1,5}(?:\.\d{1,5})?)\.[x*]$/i.exec(text)?.[1];
  // 5.x is any 5; 5.1.x is any 5.1.
  if (wild !== undefined) return `~> ${wild}.0`;
  const caret = new RegExp(`^\\^\\s*${NUMBERS}$`).exec(text)?.[1];
  if (caret !== undefined) return caretRange(caret);
  const [, sign = "", version] = new RegExp(`^(==|=>|=<|>=|<=|>|<|!=|=|~>)?\\s*${NUMBERS}$`).exec(text) ?? [];
  if (version === undefined) return undefined;
  const own = { "==": "=", "=>": ">=", "=<": "<=" }[sign] ?? sign;
  return own === "" ? version : `${own} ${version}`;
}

/** `^1.2.3`: up to the next major version. Before 1.0 npm means something narrower, which is left alone. */
function caretRange(version: string): string | undefined {
  const parts = version.split(".");
  const major = Number(parts[0]);
  if (major === 0) return undefined;
  return parts.length === 2 ? `~> ${version}` : `>= ${version}, < ${major + 1}.0.0`;
}

/**
 * A version constraint in the style of another tool: `5.x`, `^5.1`, `==5.1`, `=> 5.1`, conditions with no comma between them. `latest` and
 * what is no version are for a person.
 */
export const versionConstraint: Fixer = {
  name: "version-constraint",
  classes: ["invalid-version-constraint"],
  propose({ place }, world): Proposal {
    const expression = place === undefined ? undefined : expressionAt(world.configuration, place);
    if (expression?.kind !== "literal" || typeof expression.value !== "string") return null;
    const { value, source, start, end } = expression;
    const joined = value
      .replace(/\s*(?:&&|\band\b)\s*/g, ", ")
      .replace(/(\d)\s+(?=[<>=!~^])/g, "$1, ")
      .split(",")
      .map((part) => part.trim());
    const conditions = joined.map(condition);
    if (value.length > 200 || conditions.includes(undefined)) {
      const reason = `${JSON.stringify(value.slice(0, 80))} says no version that Terraform could look for`;
      return { kind: "unsure", reason, candidates: [] };
    }
    const text = formatLiteral(conditions.join(", "));
    if (text === source.text.slice(start, end)) return null;
    const sentence = `The version constraint ${JSON.stringify(value)} is written in Terraform's own way.`;
    return { kind: "edits", edits: [{ file: source.file, start, end, text }], sentence };
  },
};
