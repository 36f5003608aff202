/**
 * When each of the tasks ends in an ideal queue with `servers` servers, first come first served: G/G/k by the recursion of
 * Kiefer and Wolfowitz (1955). Arrivals rise; all times are of one unit.
 */
export function idealEnds(
  arrivals: readonly number[],
  services: readonly number[],
  servers: number,
): number[] {
  const freeAt = Array.from({ length: servers }, () => Number.NEGATIVE_INFINITY);
  return arrivals.map((arrival, i) => {
    const server = freeAt.indexOf(Math.min(...freeAt));
    const end = Math.max(arrival, freeAt[server] ?? 0) + (services[i] ?? 0);
    freeAt[server] = end;
    return end;
  });
}
