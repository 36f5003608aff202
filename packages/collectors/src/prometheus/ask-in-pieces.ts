import { AdapterError, type Cancellation, type TimeWindow } from "@apex/core";
import type { PrometheusApi } from "./api.ts";
import { oneOf, PERIOD_MS } from "./queries.ts";

/** Machines and time that are asked for at once. */
export interface Piece {
  /** Values of the label that machines are told apart by. */
  readonly machines: readonly string[];
  readonly window: TimeWindow;
}

/** How a piece is asked for. */
export interface PieceQuestion {
  /** The query with these matchers in every selector. */
  readonly write: (matchers: readonly string[]) => string;
  /** The label that machines are told apart by. */
  readonly label: string;
}

/** What a piece gave. */
export interface PieceAnswer {
  readonly series: readonly unknown[];
  readonly warnings: readonly string[];
}

/** Prometheus answers no query with more points a series. */
const POINTS_MAX = 11_000;
/** Below it a server that still refuses is told of, not asked for ever less. */
const SHORTEST_MS = 60 * 60_000;

/**
 * Asks for a piece, and where it is more than the server loads at once, for its halves: fewer machines first, then less time. The
 * value at the end of a period is the period's.
 */
export async function* askInPieces(
  api: PrometheusApi,
  piece: Piece,
  { write, label }: PieceQuestion,
  signal: Cancellation,
): AsyncGenerator<PieceAnswer> {
  const waiting: Piece[] = [piece];
  for (let next = waiting.pop(); next !== undefined && !signal.aborted; next = waiting.pop()) {
    const { machines, window } = next;
    const points = (window.endMs - window.startMs) / PERIOD_MS;
    if (points < 1) continue;
    const answer =
      points > POINTS_MAX
        ? ({ kind: "too-much", reason: `more than ${POINTS_MAX} points` } as const)
        : await api.queryRange(
            {
              query: write([oneOf(label, machines)]),
              startMs: window.startMs + PERIOD_MS,
              endMs: window.endMs,
              stepMs: PERIOD_MS,
            },
            signal,
          );
    if (answer.kind === "answered") yield answer;
    else {
      const halves = halved(next);
      if (halves === undefined) {
        throw new AdapterError(
          "unavailable",
          `Prometheus at ${api.name} refuses even an hour of one machine: ${answer.reason}; raise its limits (--query.max-samples), or collect less with --match`,
        );
      }
      waiting.push(...halves);
    }
  }
}

function halved({ machines, window }: Piece): readonly [Piece, Piece] | undefined {
  if (machines.length > 1) {
    const middle = machines.length >> 1;
    return [
      { machines: machines.slice(middle), window },
      { machines: machines.slice(0, middle), window },
    ];
  }
  const periods = Math.floor((window.endMs - window.startMs) / PERIOD_MS);
  if ((window.endMs - window.startMs) / 2 < SHORTEST_MS) return undefined;
  const middleMs = window.startMs + (periods >> 1) * PERIOD_MS;
  return [
    { machines, window: { startMs: middleMs, endMs: window.endMs } },
    { machines, window: { startMs: window.startMs, endMs: middleMs } },
  ];
}
