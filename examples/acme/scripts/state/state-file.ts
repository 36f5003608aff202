import { parseAddress } from "@apex/core";
import { hexFor } from "../random.ts";
import type { Json, StateResource } from "./state-resource.ts";

interface Place {
  readonly module: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly key: string | number | undefined;
}

function placeOf(address: string): Place {
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new Error(`not a Terraform address: ${address}`);
  const start = address.indexOf(`${parsed.mode === "data" ? "data." : ""}${parsed.type}.${parsed.name}`);
  return {
    module: address.slice(0, Math.max(0, start - 1)),
    mode: parsed.mode,
    type: parsed.type,
    name: parsed.name,
    key: parsed.key,
  };
}

function sensitiveStep(step: string | number): Json {
  return typeof step === "string"
    ? { type: "get_attr", value: step }
    : { type: "index", value: { value: step, type: "number" } };
}

function instanceOf(resource: StateResource, key: Place["key"]): Json {
  return {
    ...(key === undefined ? {} : { index_key: key }),
    schema_version: resource.schemaVersion ?? 0,
    attributes: resource.attributes,
    sensitive_attributes: (resource.sensitive ?? []).map((path) => path.map(sensitiveStep)),
    ...(resource.dependencies === undefined ? {} : { dependencies: resource.dependencies.toSorted() }),
  };
}

function providerOf(type: string): string {
  const provider = type.startsWith("google_") ? "google" : "aws";
  return `provider["registry.terraform.io/hashicorp/${provider}"]`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A state file of version 4, in the order that Terraform writes it: by module, mode, type, name and key. */
export function renderState(resources: readonly StateResource[]): string {
  const groups = new Map<string, { place: Place; instances: { key: string; json: Json }[] }>();
  for (const resource of resources) {
    const place = placeOf(resource.address);
    const id = [place.module, place.mode, place.type, place.name].join(" ");
    const group = groups.get(id) ?? { place, instances: [] };
    group.instances.push({ key: String(place.key ?? ""), json: instanceOf(resource, place.key) });
    groups.set(id, group);
  }
  const sorted = [...groups.entries()].toSorted(([a], [b]) => compareText(a, b));
  const state = {
    version: 4,
    terraform_version: "1.11.4",
    serial: 412,
    lineage: hexFor("lineage", 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    outputs: {},
    resources: sorted.map(([, { place, instances }]) => ({
      ...(place.module === "" ? {} : { module: place.module }),
      mode: place.mode,
      type: place.type,
      name: place.name,
      provider: providerOf(place.type),
      instances: instances.toSorted((a, b) => compareText(a.key, b.key)).map(({ json }) => json),
    })),
    check_results: null,
  };
  return `${JSON.stringify(state, null, 2)}\n`;
}
