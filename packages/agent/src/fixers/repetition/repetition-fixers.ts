import type { Fixer } from "../fixer.ts";
import { dynamicIterator } from "./dynamic-iterator.ts";
import { setOfNumbers } from "./set-of-numbers.ts";

/** Fixers of what repeats. */
export const REPETITION_FIXERS: readonly Fixer[] = [dynamicIterator, setOfNumbers];
