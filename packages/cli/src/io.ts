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

/** The real process as {@link Io}. */
export function processIo(signal: AbortSignal): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    cwd: process.cwd(),
    env: process.env,
    signal,
    now: () => new Date(),
    isTerminal: process.stderr.isTTY === true,
    // https://no-color.org, and FORCE_COLOR as Node's own tools read it.
    colour:
      process.env["FORCE_COLOR"] !== undefined || (process.stdout.isTTY === true && !process.env["NO_COLOR"]),
    width: process.stdout.columns ?? DEFAULT_WIDTH,
  };
}
