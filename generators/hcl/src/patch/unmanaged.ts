import type { IntendedChange } from "@apex/core";
import { findAttribute } from "../expand/find-attribute.ts";
import { ignoredBy, lifecycleOf } from "../expand/ignored-changes.ts";
import type { SiteIndex } from "../trace/site-index.ts";

/**
 * Whether a change may be left out, because Terraform does not manage its attribute (`lifecycle.ignore_changes` covers it,
 * or no argument sets it) and the change says that the others do without it.
 */
export function isLeftOut(index: SiteIndex, change: IntendedChange): boolean {
  if (change.kind !== "set-attribute" || change.whenUnmanaged === undefined) return false;
  const instance = index.fleet.instances.get(change.address);
  if (instance === undefined) return false;
  const found = findAttribute(index.fleet.interpreter, instance, change.path);
  const isUnset =
    found.kind === "no-attribute" ||
    (found.kind === "value" && found.value.kind === "scalar" && found.value.scalar === null);
  return isUnset || ignoredBy(lifecycleOf(instance.declaration.block), found.path) !== undefined;
}
