import { threadCpuUs } from "./clocks.ts";

/** Between two looks at the clock. A look costs about 1.3 µs, so the kernel has some 3 % of what is burned. */
const CHUNK_US = 40;
const FIRST_GUESS_PER_US = 500;
/** How fast the estimate of the machine's speed follows the newest chunk. */
const SPEED_MEMORY = 0.9;

/**
 * Burns CPU time of the calling thread to the microsecond, by arithmetic. Time in which the thread did not run, because
 * it was throttled or another one was running, does not count. What one call burns too much, the next burns less.
 */
export class CpuBurner {
  /** CPU burned so far, microseconds. */
  burnedUs = 0;
  #owedUs = 0;
  #roundsPerUs = FIRST_GUESS_PER_US;
  /** Kept and fed back so that no compiler can leave the arithmetic out. */
  #residue = 1;

  burn(workUs: number): void {
    this.#owedUs += workUs;
    let before = threadCpuUs();
    while (this.#owedUs > 0) {
      const chunkUs = Math.min(CHUNK_US, this.#owedUs);
      const rounds = Math.max(1, Math.round(chunkUs * this.#roundsPerUs));
      this.#residue = churn(this.#residue, rounds);
      const now = threadCpuUs();
      const spentUs = now - before;
      before = now;
      this.#owedUs -= spentUs;
      this.burnedUs += spentUs;
      if (chunkUs === CHUNK_US && spentUs > 0) this.#learn(rounds / spentUs);
    }
  }

  #learn(roundsPerUs: number): void {
    this.#roundsPerUs = SPEED_MEMORY * this.#roundsPerUs + (1 - SPEED_MEMORY) * roundsPerUs;
  }
}

/** A chain of multiplications and shifts (Marsaglia's xorshift, Knuth's multiplier) in which each round needs the one before. */
function churn(seed: number, rounds: number): number {
  let x = seed | 1;
  for (let round = 0; round < rounds; round += 1) {
    x = Math.imul(x ^ (x >>> 15), 0x9e3779b1);
    x ^= x << 13;
  }
  return x;
}
