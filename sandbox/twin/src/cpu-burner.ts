/** Between two looks at the clock. A look costs about 1 µs, so the kernel has some 3 % of what is burned. */
const CHUNK_US = 40;
const FIRST_GUESS_PER_US = 500;
/** How fast the estimate of the machine's speed follows the newest chunk. */
const SPEED_MEMORY = 0.9;
/** Of a piece of work so much at most may have been spent already. */
const SPENT_SHARE_MAX = 0.9;
/** More that was spent beside all work is nobody's: a server's idle hours, say. A collection of garbage is less. */
const SPENT_US_MAX = 5000;

/**
 * Burns CPU time to the microsecond, by arithmetic. Time in which the thread did not run, because it was throttled or
 * another one was running, does not count. Whatever else the program spent since the last piece of work (on HTTP, on waking
 * up, on its garbage) counts as work: in the end the program has used what it was asked to, and no more.
 */
export class CpuBurner {
  /** Burned by arithmetic so far, microseconds. */
  burnedUs = 0;
  readonly #clockUs: () => number;
  /** Seen by the clock at the end of the last piece. */
  #seenUs: number;
  /** Spent beside the work and not counted as such yet; negative when a piece was not burned wholly. */
  #spentUs = 0;
  #roundsPerUs = FIRST_GUESS_PER_US;
  /** Kept and fed back so that no compiler can leave the arithmetic out. */
  #residue = 1;

  /** `clockUs` tells the CPU time, in microseconds, that is held to the work: the thread's or the process's. */
  constructor(clockUs: () => number) {
    this.#clockUs = clockUs;
    this.#seenUs = clockUs();
  }

  /** CPU was spent elsewhere for this burner's work. */
  charge(us: number): void {
    this.#spentUs = Math.min(SPENT_US_MAX, this.#spentUs + us);
  }

  burn(workUs: number): void {
    let nowUs = this.#clockUs();
    this.charge(nowUs - this.#seenUs);
    const spentUs = Math.min(this.#spentUs, SPENT_SHARE_MAX * workUs);
    const endUs = nowUs + workUs - spentUs;
    const startUs = nowUs;
    while (nowUs < endUs) {
      const chunkUs = Math.min(CHUNK_US, endUs - nowUs);
      const rounds = Math.max(1, Math.round(chunkUs * this.#roundsPerUs));
      this.#residue = churn(this.#residue, rounds);
      const thenUs = nowUs;
      nowUs = this.#clockUs();
      if (chunkUs === CHUNK_US && nowUs > thenUs) this.#learn(rounds / (nowUs - thenUs));
    }
    this.#seenUs = nowUs;
    this.burnedUs += nowUs - startUs;
    // What was burned too much is spent like anything else.
    this.#spentUs += nowUs - endUs - spentUs;
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
