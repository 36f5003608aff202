const SUGGESTIONS_MAX = 3;
/** A name further away than this share of its length is no typing error. */
const DISTANCE_SHARE_MAX = 0.5;
/** Longer names are no machine types: the distance takes time with the square of the length. */
const LENGTH_MAX = 100;

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The names nearest to a mistyped one and no further than `distanceMax`, nearest first; none when nothing is near. */
export function nearestNames(
  name: string,
  names: readonly string[],
  distanceMax = Math.ceil(name.length * DISTANCE_SHARE_MAX),
): readonly string[] {
  if (name.length > LENGTH_MAX) return [];
  return names
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .filter((entry) => entry.distance <= distanceMax)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, SUGGESTIONS_MAX)
    .map((entry) => entry.candidate);
}
