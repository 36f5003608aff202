/** What a command may touch of the process: passed in, so that tests run commands as functions. */
export interface Io {
  /** Results: what a script reads. */
  readonly out: (text: string) => void;
  /** Progress, warnings and errors: what a person reads. */
  readonly err: (text: string) => void;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Whether `err` is a terminal where a line can be rewritten. */
  readonly isTerminal: boolean;
  readonly colour: boolean;
  /** Columns of `out`. */
  readonly width: number;
}

const DEFAULT_WIDTH = 100;

/** https://no-color.org, and FORCE_COLOR as Node's own tools read it: "0" and "false" mean no. */
function wantsColour(): boolean {
  const forced = process.env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return process.stdout.isTTY === true && !process.env["NO_COLOR"];
}

/** The working directory; the root when it was removed under us, so that absolute paths still work. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

/** The real process as {@link Io}. */
export function processIo(signal: AbortSignal): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    cwd: workingDirectory(),
    env: process.env,
    signal,
    now: () => new Date(),
    isTerminal: process.stderr.isTTY === true,
    colour: wantsColour(),
    // A pseudo-terminal without a size says 0.
    width: process.stdout.columns || DEFAULT_WIDTH,
  };
}
