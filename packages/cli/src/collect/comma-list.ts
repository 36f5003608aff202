import { InvalidArgumentError } from "commander";

/** "a, b" as a list; commander's option parser. */
export function commaList(text: string): readonly string[] {
  const values = text
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
  if (values.length === 0) throw new InvalidArgumentError("give names, separated by commas");
  return [...new Set(values)];
}
