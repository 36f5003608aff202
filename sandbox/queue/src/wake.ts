/** Workers of this process that wait for work. A queue that was filled here need not be found by polling. */
const sleepers = new Set<() => void>();

/** Wakes the workers of this process. */
export function wakeWorkers(): void {
  for (const wake of sleepers) wake();
}

/** A sleep that something else may end. */
export interface Waker {
  /** Ends the sleep that goes on, or the next. */
  readonly wake: () => void;
  /** Sleeps at most so long. */
  sleep(ms: number): Promise<void>;
  close(): void;
}

export function waker(): Waker {
  let end: (() => void) | undefined;
  let isAwake = false;
  const wake = (): void => {
    isAwake = true;
    end?.();
  };
  sleepers.add(wake);
  return {
    wake,
    async sleep(ms) {
      if (!isAwake) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isAwake = false;
      end = undefined;
    },
    close: () => sleepers.delete(wake),
  };
}
