import { InvalidArgumentError } from "commander";

/** A positive number of the user's. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError("give a number above 0");
  return value;
}

/** A positive whole number of the user's. */
export function whole(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("give a whole number");
  return value;
}
