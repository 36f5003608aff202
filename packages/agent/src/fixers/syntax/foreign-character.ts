import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

/** Characters that show as a space. Source: Unicode, general category Zs. */
const SPACES = /^\p{Zs}$/u;
/** Characters that show as nothing: zero-width ones, a soft hyphen, a byte order mark that is not the first character. */
const INVISIBLE = /^[\u00AD\u200B-\u200D\u2060\uFEFF]$/;

/**
 * Spaces that are not ASCII and characters without a width, as editors and web pages leave them in code. Outside of strings, heredocs
 * and comments only, where they cannot mean anything.
 */
export const foreignCharacter = syntaxFixer("foreign-character", (broken) => {
  const found = broken.tokens.flatMap(({ kind, text, start, end }): Slip[] => {
    if (kind !== "other") return [];
    if (SPACES.test(text)) return [[edit(broken, start, end, " ")]];
    return INVISIBLE.test(text) ? [[edit(broken, start, end, "")]] : [];
  });
  return slips(found, "Spaces in code are ASCII, and characters that do not show are no part of it.");
});
