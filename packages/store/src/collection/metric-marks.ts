import { readFile } from "node:fs/promises";
import { AdapterError, parseJson } from "@apex/core";
import { z } from "zod";
import { replaceFile } from "../files/atomic-file.ts";

const marksSchema = z.object({ format: z.literal(1), until: z.record(z.string(), z.number()) });

/** Until when the metrics of each resource are in the collection, epoch milliseconds, by a name of the caller's. */
export type MetricMarks = ReadonlyMap<string, number>;

/** Reads the marks of a source; none where its metrics have never been collected to the end. */
export async function readMarks(path: string): Promise<MetricMarks> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw new AdapterError("unavailable", `cannot read ${path}; check its permissions`, { cause: error });
  }
  const parsed = marksSchema.safeParse(parseJson(text));
  // Without marks all of the window is asked for again: slower, and never wrong.
  return new Map(parsed.success ? Object.entries(parsed.data.until) : []);
}

/** Replaces the marks of a source. */
export async function writeMarks(path: string, marks: MetricMarks): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ format: 1, until: Object.fromEntries(marks) })}\n`);
}
