/** Lets each key through once in a while. */
export interface Throttle {
  /** Whether a key is due at a time in milliseconds; then it is not for the while to come. */
  isDue(key: string, nowMs: number): boolean;
  /** Makes a key due at once. */
  forget(key: string): void;
  /** Keys that are remembered. */
  readonly size: number;
}

/** Remembers no key for longer than `everyMs`: many runs are heard of once and then done elsewhere. */
export function openThrottle(everyMs: number): Throttle {
  // In the order of their times.
  const passedMs = new Map<string, number>();
  return {
    isDue: (key, nowMs) => {
      for (const [old, atMs] of passedMs) {
        if (nowMs - atMs < everyMs) break;
        passedMs.delete(old);
      }
      if (passedMs.has(key)) return false;
      passedMs.set(key, nowMs);
      return true;
    },
    forget: (key) => void passedMs.delete(key),
    get size() {
      return passedMs.size;
    },
  };
}
