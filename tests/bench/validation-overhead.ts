/** Where the time of one `apex validate` went, from what it left behind: its journal, its printed steps, and how long it took. */

/** A step that the command told of when it was over. */
export interface ToldStep {
  readonly name: string;
  readonly ms: number;
}

/** What a validation spent on everything that is not replay. */
export interface Overhead {
  readonly wallMs: number;
  readonly replays: number;
  readonly replayedMs: number;
  /** All the time in which none of the compared replays ran. */
  readonly overheadMs: number;
  /** From one replay's end to the next one's, less the next one: a container taken away, one started, counters. */
  readonly betweenMs: readonly number[];
  readonly steps: readonly ToldStep[];
}

/** The part of the journal's events that tells of time. A peak that the replays cover has none of its own. */
type Event =
  | { readonly kind: "replayed"; readonly measurement: { readonly durationMs: number } }
  | { readonly kind: "peak-probed"; readonly peak: { readonly seconds: number; readonly outcome: string } }
  | { readonly kind: "reading"; readonly reading: { readonly monotonicMs: number } }
  | { readonly kind: "other" };

/** "✓ Applying both configurations in the sandbox (3.1 s)", as a log shows it. */
const STEP = /^✓ (.+) \((\d+(?:\.\d+)?) s\)$/gm;

/** Splits the time of a validation. Throws when the journal has no replay, or a line that is not JSON. */
export function overheadOf(ran: {
  readonly wallMs: number;
  /** JSON Lines: every replay's figures come before the reading of the counters after it. */
  readonly journal: string;
  readonly stderr: string;
}): Overhead {
  const events = ran.journal
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Event);
  const durations = events.flatMap((event) => replayMsOf(event) ?? []);
  if (durations.length === 0) throw new Error("the journal tells of no replay: there is nothing to measure");
  const replayedMs = durations.reduce((sum, ms) => sum + ms, 0);
  return {
    wallMs: ran.wallMs,
    replays: durations.length,
    replayedMs,
    overheadMs: ran.wallMs - replayedMs,
    betweenMs: betweenReplays(events),
    steps: [...ran.stderr.matchAll(STEP)].map(([, name = "", seconds]) => ({
      name,
      ms: Number(seconds) * 1000,
    })),
  };
}

/** How long the replay took that an event tells of, milliseconds. */
function replayMsOf(event: Event): number | undefined {
  if (event.kind === "replayed") return event.measurement.durationMs;
  const isPeak = event.kind === "peak-probed" && ["held", "not-held"].includes(event.peak.outcome);
  return isPeak ? event.peak.seconds * 1000 : undefined;
}

function betweenReplays(events: readonly Event[]): readonly number[] {
  const between: number[] = [];
  let lastMs: number | undefined;
  let replayMs: number | undefined;
  for (const event of events) {
    replayMs = replayMsOf(event) ?? replayMs;
    if (event.kind !== "reading") continue;
    const { monotonicMs } = event.reading;
    if (lastMs !== undefined && replayMs !== undefined) between.push(monotonicMs - lastMs - replayMs);
    lastMs = monotonicMs;
    replayMs = undefined;
  }
  return between;
}

/** The overhead as if `replays` had been compared: what more or fewer of them took between them is left out or added. */
export function overheadFor(replays: number, { overheadMs, betweenMs, replays: ran }: Overhead): number {
  return overheadMs + (replays - ran) * (middleOf(betweenMs) ?? 0);
}

/** The middle value, the upper one of two; undefined of nothing. */
export function middleOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
