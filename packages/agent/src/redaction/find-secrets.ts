import { secretsByName } from "./named-values.ts";
import { secretsByForm } from "./secret-forms.ts";
import { isSecretName } from "./secret-names.ts";
import type { WrittenText } from "./written-values.ts";

/** Overlapping ones together, in order. */
function merged(found: readonly WrittenText[]): readonly WrittenText[] {
  const result: WrittenText[] = [];
  for (const one of found
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || one.start >= last.end) result.push(one);
    else if (one.end > last.end) result[result.length - 1] = { start: last.start, end: one.end };
  }
  return result;
}

/**
 * The secrets in a text: of known forms, in what is named as one, and what is too random to be a name. Takes time with the length of
 * the text. `isSensitive` names further attributes, such as those that a provider's schema marks.
 */
export function findSecrets(
  text: string,
  isSensitive: (name: string) => boolean = () => false,
): readonly WrittenText[] {
  const isNamed = (name: string): boolean => isSecretName(name) || isSensitive(name);
  return merged([...secretsByForm(text), ...secretsByName(text, isNamed)]);
}
