import { AdapterError } from "@apex/core";
import { z } from "zod";
import type { ObjectValue } from "../provider/dynamic-value.ts";
import type { DataSourceFixture } from "../provider/provider-session.ts";
import { readIfFile } from "./file-probe.ts";

const Attributes = z.record(z.string(), z.json()).transform((value) => value as ObjectValue);

const Fixtures = z.array(
  z.strictObject({
    type: z.string().min(1),
    match: Attributes.nullish(),
    attributes: Attributes,
  }),
);

/**
 * Reads values for data sources: a JSON list of `{type, match, attributes}`. `match` holds the arguments of the data
 * block it is for; without it, `attributes` itself has to hold every argument. Throws an AdapterError naming the file and
 * the place of what is wrong.
 */
export async function readFixtures(path: string): Promise<readonly DataSourceFixture[]> {
  const text = await readIfFile(path);
  if (text === undefined)
    throw new AdapterError("not-found", `${path}: no such file of data source fixtures.`);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new AdapterError("invalid", `${path}: not JSON (${(cause as Error).message})`, { cause });
  }
  const fixtures = Fixtures.safeParse(raw);
  if (!fixtures.success) {
    const [issue] = fixtures.error.issues;
    throw new AdapterError("invalid", `${path}: [${issue?.path.join(".")}]: ${issue?.message}`, {
      cause: fixtures.error,
    });
  }
  return fixtures.data.map(({ match, ...rest }) => ({ ...rest, match: match ?? null }));
}
