/** What the process's exit code tells a script. */
export const EXIT_CODES = {
  /** Done as asked. */
  done: 0,
  /** Everything ran, and there was nothing that could be done. */
  nothingToDo: 1,
  /** The command line was wrong. */
  wrongUse: 2,
  /** An input could not be read or made no sense. */
  badInput: 3,
  /** Terraform refused the plan. */
  planRefused: 4,
  /** The smaller machine does not hold the recorded load. */
  loadNotHeld: 5,
  /** Nothing speaks against the change, and nothing proves it either. */
  undecided: 6,
  /** A repair was found, and a rule that no repair may break forbids it. */
  ruleBroken: 7,
  /** A bug of Apex: EX_SOFTWARE of sysexits.h. The stack is on stderr. */
  bug: 70,
  /** Stopped by Ctrl-C or a termination signal: 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const;

/** One of {@link EXIT_CODES}' values. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** Ends a command with a message for the user and an exit code; thrown by commands, caught once in `runCli`. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
