/** One changed piece of a text: lines `[from, to)` of the old text become `lines`. */
export interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** What turns one list of lines into another, by their longest common subsequence. Time and space are their lengths' product. */
export function hunksBetween(
  before: readonly string[],
  after: readonly string[],
  isSame: (before: string, after: string) => boolean = (a, b) => a === b,
): Hunk[] {
  // common[i][j]: how many lines before.slice(i) and after.slice(j) have in common.
  const common = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  const same = (i: number, j: number): boolean => isSame(before[i] ?? "", after[j] ?? "");
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row === undefined) continue;
      row[j] = same(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [from, start] = [i, j];
    while (
      (i < before.length || j < after.length) &&
      !(i < before.length && j < after.length && same(i, j))
    ) {
      if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) i++;
      else j++;
    }
    if (i > from || j > start) hunks.push({ from, to: i, lines: after.slice(start, j) });
    while (i < before.length && j < after.length && same(i, j)) {
      i++;
      j++;
    }
  }
  return hunks;
}

/** Lines taken away and lines added, all files together. */
export function changedLines(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): number {
  let count = 0;
  for (const file of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[file] === after[file]) continue;
    const hunks = hunksBetween((before[file] ?? "").split("\n"), (after[file] ?? "").split("\n"));
    for (const { from, to, lines } of hunks) count += to - from + lines.length;
  }
  return count;
}
