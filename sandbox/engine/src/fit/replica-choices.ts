/** How many containers run on each side. */
export interface ReplicaChoice {
  readonly baseline: number;
  readonly candidate: number;
}

/** Containers on one side at most: more of them than that measure the host's scheduler, not the service. */
const REPLICAS_MAX = 32;

function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/**
 * The choices from most to fewest containers: first those in which both sides carry the same share of the load (3 of 6
 * against 2 of 4), so that both get the same requests; at last one against one, each with its own share.
 */
export function replicaChoices(baselineCount: number, candidateCount: number): readonly ReplicaChoice[] {
  const divisor = greatestCommonDivisor(baselineCount, candidateCount);
  const choices: ReplicaChoice[] = [];
  const partsMax = Math.min(
    divisor,
    Math.floor((REPLICAS_MAX * divisor) / Math.max(baselineCount, candidateCount)),
  );
  for (let parts = partsMax; parts >= 1; parts -= 1) {
    choices.push({
      baseline: (baselineCount / divisor) * parts,
      candidate: (candidateCount / divisor) * parts,
    });
  }
  const isLastSingle = choices.at(-1)?.baseline === 1 && choices.at(-1)?.candidate === 1;
  return isLastSingle ? choices : [...choices, { baseline: 1, candidate: 1 }];
}
