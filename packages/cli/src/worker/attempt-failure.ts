import { AdapterError, type AttemptEnding, InvariantError, isOutOfRoom } from "@apex/core";
import { CommandError } from "../exit-codes.ts";

/** Of what Terraform and Apex said before an attempt failed. */
const DETAIL_LENGTH_MAX = 2_000;

/** A failure as the end of an attempt; a bug of ours is thrown on, with its stack. `said`: what stands above it on a terminal. */
export function failureOf(error: unknown, said: string): AttemptEnding {
  const isKnown = error instanceof CommandError || error instanceof AdapterError;
  const isFull = isOutOfRoom(error);
  if ((!isKnown && !isFull) || error instanceof InvariantError) throw error;
  const { message } = error as Error;
  const detail = said.trim() === "" ? "" : `\n${said.trim().slice(0, DETAIL_LENGTH_MAX)}`;
  // On a terminal it stands above the message; here the message is what a list shows, so it is first.
  const sentence = message.replace("reported above", "reported below");
  const mayConverge =
    isFull || (error instanceof AdapterError && (error.kind === "unavailable" || error.kind === "throttled"));
  return { kind: "failed", message: `${sentence}${detail}`, mayConverge };
}
