import { formatPath, type IntendedChange, type JsonValue } from "@apex/core";
import { findAttribute, type FoundAttribute } from "../expand/find-attribute.ts";
import { ignoredBy, lifecycleOf } from "../expand/ignored-changes.ts";
import { chainOf } from "../trace/trace-attribute.ts";
import { feedOf, type SiteIndex } from "../trace/site-index.ts";
import { placeOf } from "../syntax/expression.ts";
import { type Route, routesOf } from "./routes.ts";
import { sameValue } from "./write-site.ts";

/** One attribute of one instance with the value it is to get, checked against the configuration. */
export interface WantedAttribute {
  /** `address#path` */
  readonly feed: string;
  readonly address: string;
  readonly to: JsonValue;
  readonly found: FoundAttribute;
  readonly routes: readonly Route[];
  readonly chain: readonly string[];
}

/** A checked change, or why it cannot be made. */
export type Checked =
  | { readonly kind: "wanted"; readonly wanted: WantedAttribute }
  | { readonly kind: "refused"; readonly reason: string; readonly chain?: readonly string[] };

type SetAttribute = Extract<IntendedChange, { kind: "set-attribute" }>;

type Refused = Extract<Checked, { kind: "refused" }>;

interface Routes {
  readonly kind: "routes";
  readonly routes: readonly Route[];
}

function refused(reason: string, chain?: readonly string[]): Refused {
  return { kind: "refused", reason, ...(chain === undefined ? {} : { chain }) };
}

/** Finds the attribute, verifies `from`, and lists the places at which it could be changed. */
export function checkChange(index: SiteIndex, change: SetAttribute): Checked {
  const { address, path } = change;
  const instance = index.fleet.instances.get(address);
  if (instance === undefined) return refused(missingInstance(index, address));
  if (instance.address.mode === "data") return refused(`${address} is a data source and cannot be changed`);
  const lifecycle = lifecycleOf(instance.declaration.block);
  const found = findAttribute(index.fleet.interpreter, instance, path);
  const start = `${address}.${formatPath(found.path)}`;
  const ignored = ignoredBy(lifecycle, found.path);
  if (ignored !== undefined) {
    const place = placeOf(instance.declaration.block);
    return refused(
      `${start} is under lifecycle.ignore_changes (${ignored}) of the block at ${place}: Terraform would ignore the change`,
    );
  }
  const value = checkFound(found, change, start);
  if (value.kind !== "routes") return value;
  const chain = found.kind === "value" ? chainOf(start, found.value.trail) : [start, ...describe(found)];
  const note = lifecycle.preventDestroy
    ? [`${address} has prevent_destroy: Terraform refuses the change if it needs a replacement`]
    : [];
  const wanted: WantedAttribute = {
    feed: feedOf(address, found.path),
    address,
    to: change.to,
    found,
    routes: value.routes,
    chain: [...chain, ...note],
  };
  return { kind: "wanted", wanted };
}

function describe(found: FoundAttribute): string[] {
  if (found.kind === "no-attribute") return [`not set in the block at ${placeOf(found.block)}`];
  if (found.kind === "no-block") return [`no ${found.type} block at ${placeOf(found.block)}`];
  return ["not set"];
}

function checkFound(found: FoundAttribute, change: SetAttribute, start: string): Refused | Routes {
  switch (found.kind) {
    case "wrong-path":
      return refused(`${start}: ${found.reason}`);
    case "unknown": {
      const reason = found.value.kind === "unknown" ? found.value.reason : "it is a whole resource";
      return refused(`${start} cannot be traced: ${reason}`, chainOf(start, found.value.trail));
    }
    case "no-key":
      return found.site === undefined
        ? refused(`${start} is not set, and its map is not written out in a file`)
        : { kind: "routes", routes: [] };
    case "no-attribute":
    case "no-block":
      return { kind: "routes", routes: [] };
    case "value":
      break;
  }
  const { value } = found;
  const chain = chainOf(start, value.trail);
  if (value.kind !== "scalar") return refused(`${start} is a collection, of which no part is named`, chain);
  const isUnset = value.scalar === null;
  if (!isUnset && !sameValue(value.scalar, change.from)) {
    const now = JSON.stringify(value.scalar);
    if (sameValue(value.scalar, change.to)) {
      return refused(`${start} is already ${now} in the configuration: run terraform apply`, chain);
    }
    const expected = change.from === null ? "not set" : JSON.stringify(change.from);
    return refused(`${start} is ${now} in the configuration, where ${expected} was expected`, chain);
  }
  return { kind: "routes", routes: routesOf(value, change.to) };
}

function missingInstance(index: SiteIndex, address: string): string {
  const notExpanded = index.fleet.diagnostics.find(
    (diagnostic) =>
      diagnostic.address !== undefined &&
      (address.startsWith(`${diagnostic.address}[`) || address.startsWith(`${diagnostic.address}.`)),
  );
  const reason = notExpanded === undefined ? "" : `: ${notExpanded.summary}`;
  return `${address} is not among the instances that the configuration declares${reason}`;
}
