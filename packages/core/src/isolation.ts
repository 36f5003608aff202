import type { StopSignal } from "./ports.ts";

/** A command for a place without network where little can be seen. */
export interface IsolatedCommand {
  /** Program and arguments; the program is a name that the place provides ("terraform") . */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: StopSignal;
}

/** How an isolated command ended. */
export interface IsolatedCommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An open place for commands. */
export interface IsolatedCommands {
  /** A directory in the place that commands may write to, limited in size, gone with it. */
  readonly scratch: string;
  /**
   * Throws an AdapterError when it runs out of time (everything in the place is then killed), prints too much or the place
   * is gone, and the signal's reason when aborted. A non-zero exit is a result.
   */
  run(command: IsolatedCommand): Promise<IsolatedCommandResult>;
  close(): Promise<void>;
}

/**
 * Where untrusted configurations are evaluated: containers with no network, a read-only root, an unprivileged user, no
 * capabilities, and limits on processes, memory, CPU, disk and time.
 */
export interface CommandIsolation {
  /** "docker 20.10.24": for the report. */
  readonly name: string;
  /**
   * The commands see only `directory`, read-only and at the same path, whatever is written into it later included; sockets
   * in it can be connected to. They run as a user of their own: what lies in it must be readable (sockets writable) for
   * everybody, so keep it below a directory that nobody else may enter.
   */
  open(request: { readonly directory: string; readonly signal?: StopSignal }): Promise<IsolatedCommands>;
}
