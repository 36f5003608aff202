import { appendFile, open, readFile } from "node:fs/promises";
import { AdapterError, parseJson } from "@apex/core";
import { z } from "zod";
import { replaceFile } from "../files/atomic-file.ts";

const failureSchema = z.object({
  key: z.string(),
  title: z.string(),
  /** An AdapterError's message, which says the next step. */
  reason: z.string(),
  /** Whether it can be tried again as it is. */
  isPassing: z.boolean(),
});

/** A part that could not be collected. */
export type PartFailure = z.infer<typeof failureSchema>;

const eventSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("started"), at: z.number() }),
  z.object({ kind: z.literal("resumed"), at: z.number() }),
  z.object({ kind: z.literal("done"), keys: z.array(z.string()) }),
  failureSchema.extend({ kind: z.literal("failed") }),
  z.object({ kind: z.literal("paused"), at: z.number() }),
  z.object({ kind: z.literal("ended"), at: z.number() }),
]);

type RoundEvent = z.infer<typeof eventSchema>;

/** How far a round is. */
export interface RoundState {
  /** What the round calls now, epoch milliseconds: one that goes on keeps it, so that it ends as if it had never stopped. */
  readonly startedMs: number;
  readonly done: ReadonlySet<string>;
  /** Of the last start, by key: what is not done is tried again by every start. */
  readonly failures: ReadonlyMap<string, PartFailure>;
  readonly isEnded: boolean;
  /** The last start came to its end, and some of what failed can be had by another one. */
  readonly isPaused: boolean;
}

/** Reads the journal of a source's latest round; `undefined` where there was none. What a crash left of a line does not count. */
export async function readRound(path: string): Promise<RoundState | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new AdapterError("unavailable", `cannot read ${path}; check its permissions`, { cause: error });
  }
  let startedMs: number | undefined;
  const done = new Set<string>();
  const failures = new Map<string, PartFailure>();
  let isEnded = false;
  let isPaused = false;
  for (const line of text.split("\n")) {
    const parsed = eventSchema.safeParse(parseJson(line));
    if (!parsed.success) continue;
    const event = parsed.data;
    if (event.kind === "started") startedMs = event.at;
    else if (event.kind === "ended") isEnded = true;
    else if (event.kind === "paused") isPaused = true;
    else if (event.kind === "resumed") {
      // What failed before may be asked in other parts now.
      failures.clear();
      isPaused = false;
    } else if (event.kind === "done") {
      for (const key of event.keys) {
        done.add(key);
        failures.delete(key);
      }
    } else {
      const { kind: _, ...failure } = event;
      failures.set(event.key, failure);
    }
  }
  return startedMs === undefined ? undefined : { startedMs, done, failures, isEnded, isPaused };
}

/** Begins the journal of a new round in place of the last one's. */
export async function startRound(path: string, startedMs: number): Promise<void> {
  await replaceFile(path, lineOf({ kind: "started", at: startedMs }));
}

/** Goes on with a journal; a line that a killed process left half-written is ended first, so that the next event is none of it. */
export async function resumeRound(path: string, nowMs: number): Promise<void> {
  await appendFile(path, "\n");
  await appendEvent(path, { kind: "resumed", at: nowMs });
}

/** Adds an event; it is on the disk when this returns. */
export async function appendEvent(path: string, event: RoundEvent): Promise<void> {
  const handle = await open(path, "a", 0o600);
  try {
    await handle.appendFile(lineOf(event));
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

function lineOf(event: RoundEvent): string {
  return `${JSON.stringify(event)}\n`;
}
