import { AdapterError, isOutOfRoom } from "@apex/core";
import { CommanderError } from "commander";
import { CommandError, EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";
import { buildProgram } from "./program.ts";
import { freshLine } from "./progress.ts";

/** Exit codes for what adapters throw: what the user gave was bad, or the world did not answer. */
function exitCodeOf(error: unknown): ExitCode {
  return error instanceof CommandError ? error.exitCode : EXIT_CODES.badInput;
}

/** Whether the operating system refused a file by name, or had no room: what a user can mend, wherever it came up. */
function isFileSystemError(error: unknown): error is Error {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return false;
  return "path" in error || isOutOfRoom(error);
}

function tell(io: Io, error: Error): void {
  io.err(`${freshLine(io)}apex: ${printable(error.message)}\n`);
}

/**
 * Runs one command line and returns its exit code. Errors that a user can act on become one message on `err`; a bug of
 * ours is thrown on with its stack.
 */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODES.done;
  const program = buildProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.wrongUse;
    }
    if (io.signal.aborted) {
      io.err("\napex: stopped; no file was left half-written\n");
      return EXIT_CODES.interrupted;
    }
    if (error instanceof CommandError || error instanceof AdapterError) {
      tell(io, error);
      return exitCodeOf(error);
    }
    if (isFileSystemError(error)) {
      tell(io, error);
      return EXIT_CODES.badInput;
    }
    throw error;
  }
}
