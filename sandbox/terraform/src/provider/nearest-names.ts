import { editDistance } from "@apex/core";

const SUGGESTIONS_MAX = 3;
/** A name further away than this share of its length is no typing error. */
const DISTANCE_SHARE_MAX = 0.5;
/** Longer names are no machine types: the distance takes time with the square of the length. */
const LENGTH_MAX = 100;

/** The names nearest to a mistyped one and no further than `distanceMax`, nearest first; none when nothing is near. */
export function nearestNames(
  name: string,
  names: readonly string[],
  distanceMax = Math.ceil(name.length * DISTANCE_SHARE_MAX),
): readonly string[] {
  if (name.length > LENGTH_MAX) return [];
  return names
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter((entry) => entry.distance <= distanceMax)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, SUGGESTIONS_MAX)
    .map((entry) => entry.candidate);
}
