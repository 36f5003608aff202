import type { Abstention } from "@apex/core";

/** An abstention, and whether it only says what another rule's word on the resource implies. */
export interface Word {
  readonly abstention: Abstention;
  /** "It is not idle": the normal case, told only where nothing else is said of the resource. */
  readonly isRoutine: boolean;
}

/**
 * Of what the rules say of one resource, what tells something: the routine words only where they are the only ones, and
 * a reason that several rules give once, by the last of them, which looked furthest. The order is kept.
 */
export function tellingAbstentions(words: readonly Word[], hasProposal: boolean): readonly Abstention[] {
  const special = words.filter(({ isRoutine }) => !isRoutine);
  const told = special.length > 0 || hasProposal ? special : words;
  return told
    .filter(
      ({ abstention }, index) =>
        !told.slice(index + 1).some((later) => repeats(abstention, later.abstention)),
    )
    .map(({ abstention }) => abstention);
}

/** Whether the earlier reason is the later one, if with an introduction: "… without cpu: cpu_percent is not measured". */
function repeats(earlier: Abstention, later: Abstention): boolean {
  return earlier.reason === later.reason || earlier.reason.endsWith(`: ${later.reason}`);
}
