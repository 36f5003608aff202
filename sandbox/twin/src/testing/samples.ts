/** A sample of the exponential distribution of mean 1. */
export function exponential(random: () => number): number {
  return -Math.log(1 - random());
}

/** A sample of the lognormal distribution of mean 1 and the given coefficient of variation (Box and Muller, 1958). */
export function lognormal(random: () => number, variation: number): number {
  const variance = Math.log(1 + variation ** 2);
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(Math.sqrt(variance) * normal - variance / 2);
}
