import {
  type Diagnostic,
  formatAddress,
  formatPath,
  type JsonPath,
  type JsonValue,
  parseAddress,
} from "@apex/core";
import type { Configuration } from "../configuration/read-configuration.ts";
import { originOf, siteKey, type Trail } from "../evaluate/trail.ts";
import type { Value } from "../evaluate/value.ts";
import { expandFleet } from "../expand/fleet.ts";
import { findAttribute, type FoundAttribute } from "../expand/find-attribute.ts";
import { type Located, placeOf, textOf } from "../syntax/expression.ts";
import { feedOf, indexSites } from "./site-index.ts";
import { labelsOf } from "./sites.ts";

/** A piece of a file as written. Offsets are UTF-16 code units, line and column count from 1. */
export interface Token {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Where an attribute of a resource instance is decided. */
export type Traced =
  | {
      readonly kind: "traced";
      readonly value: JsonValue;
      readonly token: Token;
      /** The steps from the attribute to the token, for people. */
      readonly chain: readonly string[];
      /** Every other attribute, as `address#path`, in which the same token has a say. */
      readonly feeds: readonly string[];
    }
  /** The attribute is not set in the configuration: the provider's default holds. */
  | { readonly kind: "absent"; readonly chain: readonly string[] }
  /** The value depends on something that is not written in the files; the diagnostic tells the chain that was followed. */
  | { readonly kind: "untraceable"; readonly diagnostic: Diagnostic };

/** A resource instance's attribute. */
export interface AttributeReference {
  /** Absolute, as Terraform prints it. */
  readonly address: string;
  readonly path: JsonPath;
}

/** The token for a located piece of a file. */
function tokenOf(located: Located): Token {
  const { source, start, end } = located;
  return { file: source.file, start, end, ...source.position(start), text: textOf(located) };
}

/** The chain of a value from the attribute that uses it to what decides it. */
export function chainOf(start: string, trail: Trail): string[] {
  const origin = originOf(trail);
  const end =
    origin.kind === "literal"
      ? [`${textOf(origin.literal)} (${placeOf(origin.literal)})`]
      : origin.kind === "template"
        ? [`${textOf(origin.template)} (${placeOf(origin.template)})`]
        : origin.kind === "collection"
          ? []
          : [origin.what];
  return [start, ...labelsOf(trail), ...end];
}

function untraceable(address: string, summary: string, chain: readonly string[]): Traced {
  const diagnostic: Diagnostic = {
    severity: "warning",
    code: "untraceable",
    summary,
    detail: chain.join(" → "),
    address,
  };
  return { kind: "untraceable", diagnostic };
}

/**
 * Finds the one token that decides an attribute of one instance, through variables, locals, module arguments, `for_each`
 * entries, conditionals and functions that hand values on.
 */
export function traceAttribute(configuration: Configuration, reference: AttributeReference): Traced {
  const { path } = reference;
  const parsed = parseAddress(reference.address);
  const address = parsed === undefined ? reference.address : formatAddress(parsed);
  const fleet = expandFleet(configuration);
  const start = `${address}.${formatPath(path)}`;
  const instance = fleet.instances.get(address);
  if (instance === undefined) {
    const reason = `${address} is not among the instances that the configuration declares`;
    return untraceable(address, reason, [start]);
  }
  const found = findAttribute(fleet.interpreter, instance, path);
  const absent = absentReason(found);
  if (absent !== undefined) return { kind: "absent", chain: [start, absent] };
  if (found.kind === "wrong-path") return untraceable(address, `${start}: ${found.reason}`, [start]);
  if (found.kind !== "value" && found.kind !== "unknown") return { kind: "absent", chain: [start] };
  return tracedValue(configuration, found.value, { address, start, path: found.path });
}

function absentReason(found: FoundAttribute): string | undefined {
  switch (found.kind) {
    case "no-attribute":
      return `not set in the block at ${placeOf(found.block)}`;
    case "no-key":
      return "the map has no such key";
    case "no-block":
      return `no ${found.type} block at ${placeOf(found.block)}`;
    case "value":
    case "unknown":
    case "wrong-path":
      return undefined;
  }
}

function tracedValue(
  configuration: Configuration,
  value: Value,
  at: { readonly address: string; readonly start: string; readonly path: JsonPath },
): Traced {
  const chain = chainOf(at.start, value.trail);
  if (value.kind === "unknown") {
    return untraceable(at.address, `${at.start} cannot be traced: ${value.reason}`, chain);
  }
  if (value.kind !== "scalar") {
    return untraceable(at.address, `${at.start} is a collection: name one element of it`, chain);
  }
  const origin = originOf(value.trail);
  if (origin.kind !== "literal" && origin.kind !== "template") {
    const what = origin.kind === "collection" ? "a collection" : origin.what;
    return untraceable(at.address, `${at.start} is decided by ${what}, not by one token`, chain);
  }
  const located = origin.kind === "literal" ? origin.literal : origin.template;
  const uses = indexSites(configuration).uses.get(siteKey({ kind: "expression", expression: located }));
  const own = feedOf(at.address, at.path);
  const feeds = [...(uses?.keys() ?? [])].filter((feed) => feed !== own);
  return { kind: "traced", value: value.scalar, token: tokenOf(located), chain, feeds };
}
