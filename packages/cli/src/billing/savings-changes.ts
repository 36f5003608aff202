import { createHash } from "node:crypto";
import type { MergedChange } from "@apex/billing";
import { AdapterError, formatInstant, parseInstant } from "@apex/core";
import { z } from "zod";
import type { Io } from "../io.ts";
import { readYaml } from "./read-yaml.ts";

/** Changes that were merged, of one resource. */
export interface ResourceChanges {
  /** As the file has it; the bill may have more around it (an ARN). */
  readonly resourceId: string;
  /** By which unit the bill prices it; `undefined`: found in the bill. */
  readonly unit: string | undefined;
  readonly changes: readonly MergedChange[];
}

const instant = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, { error: "an instant in UTC: 2026-08-03T14:00:00Z" });
const text = z.string().min(1);

const changesSchema = z.strictObject({
  schema: z.literal("apex.changes/v1"),
  changes: z
    .array(
      z.strictObject({
        id: text.optional(),
        address: z.string().nullable().default(null),
        resourceId: text,
        mergedAt: instant,
        from: text,
        to: text,
        rule: text,
        unit: text.optional(),
      }),
    )
    .min(1),
});

/** Of `apex.report/v1`, what was in its patch. */
const reportSchema = z.object({
  schema: z.literal("apex.report/v1"),
  recommendations: z.array(
    z.object({
      rule: text,
      address: z.string().nullable(),
      resourceId: text,
      from: text,
      to: text,
      status: z.string(),
    }),
  ),
});

type WrittenChange = z.infer<typeof changesSchema>["changes"][number];

const ID_DIGITS = 16;

/** What a change is known by: the same file read again, or written anew, means the same changes. */
function idOf({ id, resourceId, rule, from, to, mergedAt }: WrittenChange): string {
  const of = JSON.stringify([resourceId, rule, from, to, mergedAt.slice(0, 10)]);
  return id ?? `change-${createHash("sha256").update(of).digest("hex").slice(0, ID_DIGITS)}`;
}

async function written(
  io: Io,
  file: string,
  mergedAt: string | undefined,
): Promise<readonly WrittenChange[]> {
  if (mergedAt === undefined)
    return (await readYaml(io, { option: "--changes", file }, changesSchema)).changes;
  const at = parseInstant(mergedAt);
  if (at === undefined) {
    throw new AdapterError(
      "invalid",
      `--merged-at ${mergedAt} is no instant in UTC: write 2026-08-03T14:00:00Z`,
    );
  }
  const { recommendations } = await readYaml(io, { option: "--changes", file }, reportSchema);
  return recommendations
    .filter(({ status }) => status !== "not-applicable")
    .map(({ status: _status, ...change }) => ({ ...change, mergedAt: formatInstant(at) }));
}

function ofResource(resourceId: string, all: readonly WrittenChange[], file: string): ResourceChanges {
  const units = new Set(all.flatMap(({ unit }) => unit ?? []));
  if (units.size > 1) {
    throw new AdapterError(
      "invalid",
      `--changes ${file}: ${resourceId} has the units ${[...units].join(", ")}; give one`,
    );
  }
  const changes = all.map((change): MergedChange => {
    const { address, mergedAt, from, to, rule } = change;
    return { id: idOf(change), address, mergedAt, from, to, rule };
  });
  const twice = changes.find(({ id }, index) => changes.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) {
    throw new AdapterError("invalid", `--changes ${file}: ${resourceId} has the change ${twice.id} twice`);
  }
  return { resourceId, unit: [...units][0], changes };
}

/**
 * Reads what was merged: `apex.changes/v1` (YAML or JSON), or, with the instant of its merge, a report of `apex optimize`. Throws an
 * AdapterError that says what of the file is wrong.
 */
export async function readChanges(
  io: Io,
  file: string,
  mergedAt: string | undefined,
): Promise<readonly ResourceChanges[]> {
  const all = await written(io, file, mergedAt);
  if (all.length === 0)
    throw new AdapterError("invalid", `--changes ${file} has no change that was in a patch`);
  const now = formatInstant(io.now().getTime());
  const early = all.find((change) => change.mergedAt > now);
  if (early !== undefined) {
    throw new AdapterError(
      "invalid",
      `--changes ${file}: ${early.resourceId} is merged at ${early.mergedAt}, which is to come`,
    );
  }
  return [...Map.groupBy(all, ({ resourceId }) => resourceId)].map(([id, own]) => ofResource(id, own, file));
}
