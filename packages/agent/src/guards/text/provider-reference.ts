import { type Configuration, directoryOf } from "@apex/generators-hcl";
import type { Problem } from "../../diagnostics/problem.ts";
import { declarationsIn } from "../../world/declared.ts";
import { nearest } from "../../world/nearest.ts";
import type { Written } from "../inventory.ts";
import type { Named } from "../named.ts";

/** `provider = aws.east`, perhaps in quotes as old versions had it. */
const REFERENCE = /^provider\s*=\s*"?([\p{L}\p{N}_-]+)\.([\p{L}\p{N}_-]+)"?$/u;

/**
 * Whether a `provider = aws.alias` that Terraform calls undeclared becomes the one declared alias of the same provider of which it is
 * a slip. Where two are near, or none is, another region or account would be a guess.
 */
export function isMendedAlias(
  before: string,
  after: string,
  {
    named,
    original,
    written,
  }: { readonly named: Named; readonly original: Configuration; readonly written: Written },
): boolean {
  const [, provider = "", alias = ""] = REFERENCE.exec(before.trim()) ?? [];
  const [, other, meant = ""] = REFERENCE.exec(after.trim()) ?? [];
  if (alias === "" || other !== provider) return false;
  const isUndeclared = named
    .problemsOf(written)
    .some(
      ({ class: name, names }) =>
        name === "provider-not-configured" && names["provider"]?.endsWith(`.${alias}`),
    );
  const prefix = `${provider}.`;
  const declared = declarationsIn(original, directoryOf(written.file)).flatMap(({ kind, key }) =>
    kind === "provider" && key.startsWith(prefix) ? [key.slice(prefix.length)] : [],
  );
  const found = nearest(alias, declared);
  return isUndeclared && found.kind === "clear" && found.name === meant;
}

/** Whether `providers` gives a module that Terraform says wants them each configuration under its own name, and no other one. */
export function isHandedOnAsIs(text: string, problems: readonly Problem[]): boolean {
  const isAsked = problems.some(
    ({ class: name, names }) => name === "provider-not-configured" && names["why"] === "not-passed",
  );
  const body = /^providers\s*=\s*\{([^{}]*)\}$/.exec(text.trim())?.[1] ?? "";
  const entries = body.split(/[,\n]/).flatMap((entry) => entry.trim() || []);
  return isAsked && entries.length > 0 && entries.every((entry) => /^([\w.-]+)\s*[=:]\s*\1$/.test(entry));
}
