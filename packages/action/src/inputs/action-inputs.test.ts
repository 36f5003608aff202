import { expect, test } from "vitest";
import { readActionInputs } from "./action-inputs.ts";

test.each([
  ["min-change", "5 dollars", /^min-change: "5 dollars" is neither an amount nor a share: 5 or 2%$/],
  ["tag", "two words", /^tag: at most 40 letters, digits/],
  ["mode", "estimates", /^mode: "estimates" is none of estimate, optimize, validate$/],
  ["dry-run", "maybe", /^dry-run: "maybe" is neither true nor false$/],
  ["fail-on", "incrase", /^fail-on: /],
  ["app-id", "12", /^app-id and app-private-key belong together/],
])(
  "a mistake in %s is told before anything is planned, not when there is something to post",
  (name, given, told) => {
    const env = { [`INPUT_${name.toUpperCase()}`]: given };
    expect(() => readActionInputs({ env, mask: () => {} })).toThrow(told);
  },
);
