import type { Collected, Diagnostic } from "@apex/core";
import type { z } from "zod";
import type { GcpCall } from "./calls.ts";
import { type FoundResource, gcpResource } from "./gcp-resource.ts";
import type { GcpRest } from "./rest.ts";

/** What every part of a collection works with. */
export interface GcpSession {
  readonly rest: GcpRest;
  /** Only these regions' resources are kept; all when absent. What is global is always kept. */
  readonly regions: ReadonlySet<string> | undefined;
  readonly nowMs: () => number;
}

/** Items that cannot be read and are named in one diagnostic. */
const NAMED_MAX = 5;

/** Decodes a list's items one by one: one that has not the published shape costs only itself, and is said. */
export class ItemReader<Item> {
  private refused = 0;
  private readonly reasons: string[] = [];
  private readonly schema: z.ZodType<Item>;
  private readonly source: { readonly call: GcpCall; readonly project: string };

  constructor(schema: z.ZodType<Item>, source: { readonly call: GcpCall; readonly project: string }) {
    this.schema = schema;
    this.source = source;
  }

  read(value: unknown): Item | undefined {
    const { success, data, error } = this.schema.safeParse(value);
    if (success) return data;
    this.refused += 1;
    const [issue] = error.issues;
    if (this.reasons.length < NAMED_MAX && issue !== undefined)
      this.reasons.push(`${issue.path.join(".")}: ${issue.message}`);
    return undefined;
  }

  diagnostics(): readonly Diagnostic[] {
    if (this.refused === 0) return [];
    const { call, project } = this.source;
    return [
      {
        severity: "warning",
        code: "gcp-item-unreadable",
        summary: `${this.refused} answers to ${call.method} in project ${project} have not the published shape and are left out`,
        detail: this.reasons.join("; "),
      },
    ];
  }
}

/** The resource as collected, unless its region was not asked for. */
export function collectedResource(session: GcpSession, found: FoundResource): readonly Collected[] {
  const resource = gcpResource(found, session.nowMs());
  if (resource === undefined) return [];
  const { regions } = session;
  const isElsewhere = regions !== undefined && resource.region !== undefined && !regions.has(resource.region);
  return isElsewhere ? [] : [{ kind: "resource", resource }];
}

/** A diagnostic as collected. */
export function collectedDiagnostic(diagnostic: Diagnostic): Collected {
  return { kind: "diagnostic", diagnostic };
}
