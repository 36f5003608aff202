/** Answers by class: "2xx", "not-modified" (304), "3xx" without it, "4xx", "5xx". A class without answers is absent. */
export type AnswerCounts = Readonly<Record<string, number>>;

/** A class of its own: it says that the client has the answer already, and who asks without one gets a 200. */
const NOT_MODIFIED = "not-modified";
const NOT_MODIFIED_STATUS = "304";

/** Counts of answers by status code, as counts by class in rising order. Status 0 is unknown and is left out. */
export function answerCounts(byStatus: Iterable<readonly [status: string, count: number]>): AnswerCounts {
  const counts = new Map<string, number>();
  for (const [status, count] of byStatus) {
    if (count === 0 || status === "0") continue;
    const name = status === NOT_MODIFIED_STATUS ? NOT_MODIFIED : `${status.slice(0, 1)}xx`;
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (rank(a) < rank(b) ? -1 : 1)));
}

/** By the first digit, 304 before the rest of its hundred. */
function rank(name: string): string {
  return name === NOT_MODIFIED ? "3" : name;
}

/** Share of the answers that did not do what was asked: outside of 2xx and 304. `null` without an answer. */
export function turnedAwayShare(counts: AnswerCounts): number | null {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : 1 - ((counts["2xx"] ?? 0) + (counts[NOT_MODIFIED] ?? 0)) / total;
}
