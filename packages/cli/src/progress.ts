import type { Io } from "./io.ts";

/** Tells a person how far a long command is; silent where nobody reads it. */
export interface Progress {
  /** Starts a step: the one before it is done. */
  step(name: string): void;
  /** Says how far the present step is: "12 of 60 files". */
  detail(text: string): void;
  /** Ends the last step. */
  done(): void;
  /** Whether nobody wants to be told. */
  readonly isQuiet: boolean;
}

const REWRITE_INTERVAL_MS = 80;

const ERASED_LINE = "\r\u001b[2K";

/** What a message on `err` starts with, so that it never follows the line of the present step. */
export function freshLine(io: Pick<Io, "isTerminal">): string {
  return io.isTerminal ? ERASED_LINE : "";
}

/** On a terminal the present step is one line that is rewritten; in a log each step is one line with its time. */
export function openProgress(io: Io, options: { readonly quiet?: boolean } = {}): Progress {
  let present: { name: string; startedMs: number; shownMs: number } | undefined;

  function finish(): void {
    if (present === undefined || options.quiet === true) return;
    const seconds = ((performance.now() - present.startedMs) / 1000).toFixed(1);
    io.err(`${freshLine(io)}✓ ${present.name} (${seconds} s)\n`);
    present = undefined;
  }

  return {
    step(name) {
      finish();
      present = { name, startedMs: performance.now(), shownMs: 0 };
      if (io.isTerminal && options.quiet !== true) io.err(`… ${name}`);
    },
    detail(text) {
      if (present === undefined || !io.isTerminal || options.quiet === true) return;
      if (performance.now() - present.shownMs < REWRITE_INTERVAL_MS) return;
      present.shownMs = performance.now();
      io.err(
        `${ERASED_LINE}… ${present.name}: ${text.slice(0, Math.max(10, io.width - present.name.length - 6))}`,
      );
    },
    done: finish,
    isQuiet: options.quiet === true,
  };
}
