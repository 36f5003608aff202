import { CommandError, EXIT_CODES } from "./exit-codes.ts";
import { printable } from "./printable.ts";

const NAME_MAX = 200;

/** A name for people, on invoices and reports. Throws a CommandError for one that would not print. */
export function requireName(name: string): string {
  if (name.trim() === "" || name.length > NAME_MAX || printable(name) !== name || name.includes("\n")) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `--name is one line of 1 to ${NAME_MAX} characters without control characters; this one is not`,
    );
  }
  return name;
}
