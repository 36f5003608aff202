import { InvalidArgumentError } from "commander";

/** A positive number of the user's. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError("give a number above 0");
  return value;
}

/** A positive whole number of the user's. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("give a whole number from 1");
  return value;
}
