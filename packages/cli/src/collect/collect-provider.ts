import type { LiveCollector } from "@apex/core";
import type { Command } from "commander";
import type { Io } from "../io.ts";

/** The options that every provider's command has. */
export interface CollectOptions {
  readonly into?: string;
  readonly days: number;
  readonly format: "table" | "json";
  readonly quiet?: boolean;
}

/** A permission, and what it is needed for. */
export interface NeededPermission {
  readonly action: string;
  readonly neededFor: readonly string[];
  /** What it can be narrowed to, in the provider's words; absent where it cannot. */
  readonly resource?: string;
}

/**
 * A cloud or a metrics server that `apex collect` can ask: one file each, listed in `providers.ts`. The functions import the
 * provider's SDK when they are called, so that other commands do not wait for it.
 */
export interface CollectProvider {
  /** `apex collect <name>`, and the first segment of its parts' keys. */
  readonly name: string;
  /** For the help: "an AWS account: inventory, bills, metrics". */
  readonly description: string;
  /** Adds its own options to the command; the common ones are there. */
  addOptions(command: Command): void;
  /**
   * Builds the collector from the options as commander gives them. `nowMs` is the round's now: use it for `observed.at` and the
   * like, so that a round that goes on ends as if it had never stopped. Throws a CommandError for options that make no sense.
   */
  open(io: Io, options: CollectOptions, nowMs: number): Promise<LiveCollector>;
  /** What its options ask, for sources that may be asked differently: the server, what is picked, how it is named. No secrets. */
  question?(options: CollectOptions): string;
  /** Whether it measures what other providers found, as a metrics server does. */
  readonly measuresOthers?: boolean;
  /** What `apex permissions <name>` prints; absent where there are none. */
  readonly permissions?: {
    list(): Promise<readonly NeededPermission[]>;
    /** The policy in the provider's own language, by format. */
    readonly render: Readonly<Record<string, (permissions: readonly NeededPermission[]) => string>>;
  };
}
