import type { JsonValue } from "@apex/core";
import { COLLECTION_ITEMS_MAX } from "../../limits.ts";
import { numeric, toNumberValue } from "../operators.ts";
import { influenced, itemsOf, type Value } from "../value.ts";
import { calculation, type TerraformFunction, tooMany, unusable } from "./function-call.ts";

const NEEDS_NUMBERS = "numbers";

/** `min` and `max` hand on the argument that wins, so that its token can be found; the others influence it. */
function extreme(isBetter: (candidate: number, best: number) => boolean): TerraformFunction {
  return (values, name) => {
    let best: Value | undefined;
    let bestNumber = 0;
    for (const value of values) {
      const number = toNumberValue(value);
      if (number === undefined) return unusable(values, name, NEEDS_NUMBERS);
      if (best === undefined || isBetter(number, bestNumber)) {
        best = value;
        bestNumber = number;
      }
    }
    if (best === undefined) return unusable(values, name, "at least one number");
    const others = values.filter((value) => value !== best);
    const winner = best.kind === "scalar" ? { ...best, scalar: bestNumber } : best;
    return influenced(winner, others);
  };
}

function ofNumbers(
  needs: string,
  calculate: (...numbers: number[]) => number | undefined,
): TerraformFunction {
  return (values, name) => {
    const numbers = values.map(toNumberValue);
    if (numbers.length === 0 || !numbers.every((number) => number !== undefined))
      return unusable(values, name, needs);
    const result = calculate(...numbers);
    return result === undefined ? unusable(values, name, needs) : numeric(result, `${name}()`, values);
  };
}

const range: TerraformFunction = (values, name) => {
  const numbers = values.map(toNumberValue);
  if (numbers.length === 0 || numbers.length > 3 || !numbers.every((number) => number !== undefined))
    return unusable(values, name, "one to three numbers");
  const [first = 0, second, third] = numbers;
  const [start, limit] = second === undefined ? [0, first] : [first, second];
  const step = third ?? (limit < start ? -1 : 1);
  if (step === 0 || (step > 0 && limit < start) || (step < 0 && limit > start))
    return unusable(values, name, "a step that leads to the limit");
  const count = Math.ceil((limit - start) / step);
  if (count > COLLECTION_ITEMS_MAX) return tooMany("range()", values);
  const items: JsonValue[] = Array.from({ length: count }, (_, index) => start + index * step);
  return calculation(NEEDS_NUMBERS, () => items)(values, name);
};

/** Terraform's functions on numbers. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, TerraformFunction>> = {
  min: extreme((candidate, best) => candidate < best),
  max: extreme((candidate, best) => candidate > best),
  abs: ofNumbers("a number", (value = 0) => Math.abs(value)),
  ceil: ofNumbers("a number", (value = 0) => Math.ceil(value)),
  floor: ofNumbers("a number", (value = 0) => Math.floor(value)),
  signum: ofNumbers("a number", (value = 0) => Math.sign(value)),
  pow: ofNumbers("two numbers", (base = 0, exponent = 0) => base ** exponent),
  parseint: calculation("a string and a base", (text, base) => {
    if (typeof text !== "string" || typeof base !== "number" || base < 2 || base > 36) return undefined;
    const number = Number.parseInt(text, base);
    const isExact = Number.isSafeInteger(number) && number.toString(base) === text.toLowerCase();
    return isExact ? number : undefined;
  }),
  sum: (values, name) => {
    const list = values[0];
    if (list?.kind !== "list" || list.items.length === 0) return unusable(values, name, "a list of numbers");
    const add = ofNumbers("a list of numbers", (...numbers) =>
      numbers.reduce((total, number) => total + number, 0),
    );
    return add(itemsOf(list), name);
  },
  range,
};
