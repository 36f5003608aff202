import type { StopSignal } from "@apex/core";
import type { CommandResult } from "./run-command.ts";

/** One command of Terraform's. */
export interface TerraformCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** The value of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  readonly signal?: AbortSignal;
}

/** Where Terraform runs for one configuration. */
export interface TerraformPlace {
  /** "1.11.4": of what runs here. */
  readonly version: string;
  /** Whether `init -json` is known. */
  readonly hasJsonInit: boolean;
  /** A directory in which Terraform may write. */
  readonly scratch: string;
  /** The process that serves the stand-ins, as Terraform here may ask for it: without one it takes them for dead. */
  readonly servingPid: number;
  /** Called once when everything is in its place, before the first command. `modules` is a manifest of installed modules. */
  prepare(files: { readonly home: string; readonly modulesManifest: string | null }): Promise<void>;
  run(command: TerraformCommand): Promise<CommandResult>;
  close(): Promise<void>;
}

/** What a place is opened for. */
export interface PlaceRequest {
  /** Holds everything that Terraform reads; it is filled while the place opens. */
  readonly home: string;
  readonly timeoutMs: number;
  readonly signal?: StopSignal;
}

/** Opens places of one kind. */
export type OpenPlace = (request: PlaceRequest) => Promise<TerraformPlace>;

/** `terraform init -json` came with 1.9. */
export function hasJsonInit(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 9);
}

/** Never wanted from a run of ours. */
export const ALWAYS = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", GIT_TERMINAL_PROMPT: "0" };
