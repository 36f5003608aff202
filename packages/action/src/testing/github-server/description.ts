import { readFileSync } from "node:fs";
import { z } from "zod";

const Schema = z.union([z.record(z.string(), z.unknown()), z.boolean(), z.null()]);

const Operation = z.object({
  id: z.string(),
  method: z.string(),
  path: z.string(),
  parameters: z.array(
    z.object({ name: z.string(), in: z.string(), isRequired: z.boolean(), schema: Schema }),
  ),
  body: z.object({ isRequired: z.boolean(), schema: Schema }).nullable(),
  responses: z.record(z.string(), Schema),
});
export type Operation = z.infer<typeof Operation>;

const Description = z.object({
  operations: z.array(Operation),
  webhooks: z.record(z.string(), Schema),
  $defs: z.record(z.string(), Schema),
});

/** What GitHub's published OpenAPI description says: `scripts/prune-openapi.ts` makes the file. */
export const description = Description.parse(
  JSON.parse(readFileSync(new URL("../../../openapi/github.generated.json", import.meta.url), "utf8")),
);

/** A request that was found to be one of an operation, with the values of its path. */
export interface MatchedOperation {
  readonly operation: Operation;
  /** Decoded. */
  readonly path: { readonly [name: string]: string };
}

/** Longer paths first: "commits/{ref}" would take "commits/{commit_sha}/pulls" otherwise. */
const ROUTES = description.operations
  .map((operation) => ({ operation, pattern: patternOf(operation.path) }))
  .toSorted((first, second) => segments(second.operation) - segments(first.operation));

/** `path` as it was sent, without the base path and the query. */
export function matchOperation(method: string, path: string): MatchedOperation | undefined {
  for (const { operation, pattern } of ROUTES) {
    const match = operation.method === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const values = Object.entries(match.groups ?? {}).map(
      ([name, value]) => [name, decodeURIComponent(value)] as const,
    );
    return { operation, path: Object.fromEntries(values) };
  }
  return undefined;
}

function segments({ path }: Operation): number {
  return path.split("/").length;
}

/** References are given with their slashes, too; all other values are one segment. */
function patternOf(path: string): RegExp {
  const pattern = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    ["ref", "basehead"].includes(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${pattern}$`);
}
