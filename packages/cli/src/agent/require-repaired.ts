import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { RepairRun } from "./run-repair.ts";

/**
 * The texts that a repair ended with. Throws a CommandError that says why there are none: `what` does not plan, and `next` is what to
 * do.
 */
export function requireRepaired(
  { outcome }: RepairRun,
  what: string,
  next: string,
): ReadonlyMap<string, string> {
  if (outcome.kind === "fixed") return outcome.files;
  const isRefused = outcome.kind === "refused";
  const why = isRefused
    ? `the only ways that were found break a rule: ${outcome.violations.map(({ sentence }) => sentence).join("; ")}`
    : outcome.sentence;
  throw new CommandError(
    isRefused ? EXIT_CODES.ruleBroken : EXIT_CODES.planRefused,
    `Terraform cannot plan ${what}, and it could not be repaired: ${why}\n${next}`,
  );
}
