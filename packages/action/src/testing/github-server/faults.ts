/** What goes wrong with a request, or happens while it is on its way. */
export type Fault =
  /** An error of GitHub's; `isDone` when what was asked happened nevertheless. `isHtml` for the page of a proxy in front. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly message?: string;
      readonly isDone?: boolean;
      readonly isHtml?: boolean;
      readonly headers?: { readonly [name: string]: string };
    }
  /** The connection ends without an answer. */
  | { readonly kind: "drop"; readonly isDone?: boolean }
  /** The answer takes a while. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** The hour's requests are used up. */
  | { readonly kind: "rate-limit"; readonly resetSeconds: number }
  /** Too much at once. */
  | { readonly kind: "secondary-rate-limit"; readonly retryAfterSeconds: number | null }
  /** Somebody else acts first, or right after. */
  | { readonly kind: "before" | "after"; readonly act: () => unknown };

/** Which requests a fault meets: an operation's id, "*" for all. */
interface PlannedFault {
  readonly operation: string;
  readonly fault: Fault;
  remaining: number;
  skipped: number;
}

/** Faults on demand, each for so many requests of an operation. */
export class Faults {
  readonly #planned: PlannedFault[] = [];

  /** `times` requests of an operation meet the fault, after `skip` that do not. */
  add(
    operation: string,
    fault: Fault,
    { times = 1, skip = 0 }: { readonly times?: number; readonly skip?: number } = {},
  ): void {
    this.#planned.push({ operation, fault, remaining: times, skipped: skip });
  }

  /** The fault that a request meets. */
  take(operation: string): Fault | undefined {
    for (const planned of this.#planned) {
      if (planned.remaining === 0 || (planned.operation !== "*" && planned.operation !== operation)) continue;
      if (planned.skipped > 0) {
        planned.skipped -= 1;
        continue;
      }
      planned.remaining -= 1;
      return planned.fault;
    }
    return undefined;
  }
}
