import { directoryOf, joinPath } from "@apex/generators-hcl";
import type { Written } from "../inventory.ts";
import type { Named } from "../named.ts";
import { isSlip } from "../similar.ts";

function sourceIn(text: string): string | undefined {
  return /\bsource\s*=\s*"([^"$]*)"/.exec(text)?.[1];
}

/** Whether a module call's source is a directory of the project. */
export function isLocalSource(text: string): boolean {
  return /^\.\.?\//.test(sourceIn(text) ?? "");
}

/**
 * Whether a source is another one made readable: a path without its `./`, or a slip in the path of a directory, where Terraform
 * found none. Never another registry, repository or version.
 */
export function isMendedSource(before: string, after: string, named: Named, call: Written): boolean {
  const [old, now] = [sourceIn(before), sourceIn(after)];
  if (old === undefined || now === undefined || !/^\.\.?\//.test(now)) return false;
  const isAsked = named
    .problemsOf(call)
    .some(({ class: name }) => name === "module-not-found" || name === "module-source");
  const plain = (source: string): string => joinPath("", source);
  const isPath = !/^[a-z0-9+]+:|:\/\/|^[^./]+\.[^/]+\//i.test(old);
  const isNear =
    plain(old).split("/").at(-1) === plain(now).split("/").at(-1) || isSlip(plain(old), plain(now));
  return isAsked && isPath && isNear && !joinPath(directoryOf(call.file), now).startsWith("../../..");
}
