/**
 * GitHub's CODEOWNERS: who is asked for a review of a path. As GitHub documents it: the last matching line wins, patterns are those of
 * gitignore without `!`, `[ ]` and `\#`, and a line that is no rule is skipped.
 */

/** One line of the file: whoever owns what matches. No owners: nobody owns it, whatever lines before it say. */
interface OwnerRule {
  readonly owners: readonly string[];
  readonly matches: (path: string) => boolean;
}

/** A line that GitHub skips. */
export interface SkippedLine {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** A CODEOWNERS file. */
export interface CodeOwners {
  readonly rules: readonly OwnerRule[];
  readonly skipped: readonly SkippedLine[];
}

/** Where GitHub looks for the file: the first one counts. */
export const CODEOWNERS_PATHS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] as const;

/** GitHub does not load a larger file. */
const CODEOWNERS_CHARACTERS_MAX = 3 * 1024 * 1024;
const OWNER = /^@[A-Za-z\d](?:[A-Za-z\d_-]*[A-Za-z\d])?(?:\/[\w.-]+)?$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PATTERN_CHARACTERS_MAX = 1_000;

/** Splits a line at spaces that no backslash precedes, up to a comment. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:\\.|[^\s\\]|\\$)+/gu)) {
    if (word.startsWith("#")) break;
    words.push(word);
  }
  return words;
}

/** Whether a name matches a segment of a pattern, in which `*` and `?` stay within it; in time by the product of their lengths. */
function segmentMatches(pattern: readonly string[], name: string): boolean {
  let [at, from] = [0, 0];
  let [star, resume] = [-1, 0];
  while (from < name.length) {
    const wanted = pattern[at];
    if (wanted === "*") {
      star = at++;
      resume = from;
    } else if (wanted === "?" || (wanted !== undefined && wanted.at(-1) === name[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      at = star + 1;
      from = ++resume;
    } else return false;
  }
  return pattern.slice(at).every((rest) => rest === "*");
}

/** A segment's characters, each with the backslash that makes it mean itself. */
function charactersOf(segment: string): readonly string[] {
  return segment.match(/\\[^]|[^]/g) ?? [];
}

/** A pattern as a test of paths that are relative to the repository. */
function matcher(pattern: string): (path: string) => boolean {
  const isDirectory = pattern.endsWith("/");
  const isAnchored = pattern.slice(0, -1).includes("/");
  const written = pattern.split("/").filter((segment) => segment !== "");
  const segments = written.map((segment) => (segment === "**" ? segment : charactersOf(segment)));
  // `docs/*` owns what lies in `docs`, not what lies deeper: here GitHub departs from gitignore.
  const isFlat = written.at(-1) === "*" && written.length > 1 && !isDirectory;
  return (path) => {
    const names = path.split("/");
    const every = names.map((_, index) => index);
    let ends = new Set(isAnchored ? [0] : every);
    for (const [index, segment] of segments.entries()) {
      const next = new Set<number>();
      if (segment === "**" && index < segments.length - 1) {
        for (const later of every.slice(Math.min(...ends, every.length))) next.add(later);
      } else {
        for (const end of ends) {
          const name = names[end];
          if (name === undefined) continue;
          if (segment === "**") next.add(names.length);
          else if (segmentMatches(segment, name)) next.add(end + 1);
        }
      }
      ends = next;
    }
    if (isFlat) return ends.has(names.length);
    return [...ends].some((end) => end > 0 && (!isDirectory || end < names.length));
  };
}

function ruleOf(words: readonly string[]): OwnerRule | string {
  const [pattern = "", ...owners] = words;
  if (pattern.startsWith("!")) return "a pattern cannot be taken back with !";
  if (/^\^?\[/.test(pattern)) return "sections are GitLab's";
  if (/(?<!\\)[[\]]/.test(pattern)) return "a pattern cannot have a range in brackets";
  if (pattern.startsWith("\\#")) return "a pattern cannot begin with #";
  if (pattern.length > PATTERN_CHARACTERS_MAX) return "the pattern is too long";
  const wrong = owners.find((owner) => !OWNER.test(owner) && !EMAIL.test(owner));
  if (wrong !== undefined)
    return `${JSON.stringify(wrong.slice(0, 100))} is neither @user, @organisation/team nor an e-mail address`;
  return { owners, matches: matcher(pattern) };
}

/** Reads the file. Content never throws. */
export function parseCodeOwners(text: string): CodeOwners {
  if (text.length > CODEOWNERS_CHARACTERS_MAX)
    return { rules: [], skipped: [{ line: 1, reason: "GitHub does not load a file above 3 MB" }] };
  const rules: OwnerRule[] = [];
  const skipped: SkippedLine[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const words = wordsOf(line.trim());
    if (words.length === 0) continue;
    const rule = ruleOf(words);
    if (typeof rule === "string") skipped.push({ line: index + 1, reason: rule });
    else rules.push(rule);
  }
  return { rules, skipped };
}

/** Who owns a path that is relative to the repository: users, teams and e-mail addresses, as they are written. */
export function ownersOf(codeOwners: CodeOwners, path: string): readonly string[] {
  return codeOwners.rules.findLast(({ matches }) => matches(path))?.owners ?? [];
}

/** Those of the owners of whom a review can be requested, without the `@`: "alice", "acme/platform". */
export function reviewersOf(owners: readonly string[]): readonly string[] {
  return [...new Set(owners.filter((owner) => owner.startsWith("@")).map((owner) => owner.slice(1)))];
}
