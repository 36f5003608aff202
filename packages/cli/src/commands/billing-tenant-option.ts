import type { Command } from "commander";

/** Whose bill it is. */
export function tenantOption(command: Command): Command {
  return command.option("--tenant <id>", "whose", "default");
}
