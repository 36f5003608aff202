import { z } from "zod";
import { digest } from "./digest.ts";

/**
 * A recommendation as a pull request remembers it: `id` is the very proposal (rule, resource and target), `subject` is what is done to
 * which resource, whatever the target. Digests, because a pull request's text has little room.
 */
export interface Proposal {
  readonly id: string;
  readonly subject: string;
}

const DIGITS = 10;
const hexadecimal = z.string().regex(new RegExp(`^[0-9a-f]{${DIGITS}}$`));

/** Checks a remembered {@link Proposal}. */
export const proposalSchema = z.object({ id: hexadecimal, subject: hexadecimal });

/** The proposal that a recommendation makes. */
export function proposalOf({
  id,
  action,
  address,
}: {
  readonly id: string;
  readonly action: string;
  readonly address: string | null;
}): Proposal {
  return { id: digest(id, DIGITS), subject: digest(`${action} ${address ?? ""}`, DIGITS) };
}
