import { type Configuration, rereadConfiguration } from "@apex/generators-hcl";
import type { Violation } from "../guards/guard.ts";
import type { GaveUpReason, LoopCommand, LoopNews } from "./loop-messages.ts";
import type { LoopState, Step } from "./loop-state.ts";

/** A step in the making: the state that an event leads to, and what is told on the way. */
export class Draft {
  state: LoopState;
  readonly #told: LoopCommand[] = [];

  constructor(state: LoopState) {
    this.state = state;
  }

  set(changes: Partial<LoopState>): void {
    this.state = { ...this.state, ...changes };
  }

  use(changes: Partial<LoopState["used"]>): void {
    this.set({ used: { ...this.state.used, ...changes } });
  }

  tell(news: LoopNews): void {
    this.#told.push({ kind: "tell", news });
  }

  /** A change that breaks rules: remembered, since a run of nothing else ends as refused. */
  refuse(by: string, violations: readonly Violation[]): void {
    this.tell({ kind: "refused", by, violations });
    const { rejected } = this.state;
    this.set({ rejected: { ...rejected, violations: [...rejected.violations, ...violations] } });
  }

  /** A change that breaks no rule and did not mend the configuration either. */
  fail(): void {
    const { rejected } = this.state;
    this.set({ rejected: { ...rejected, otherwise: rejected.otherwise + 1 } });
  }

  end(command: LoopCommand): Step {
    return { state: this.state, commands: [...this.#told, command] };
  }

  /** Has the present texts checked. */
  check(): Step {
    this.use({ checks: this.state.used.checks + 1 });
    const seen = new Set([...this.state.seen, textKey(this.state.current)]);
    this.set({ seen, awaiting: { work: "check" } });
    return this.end({ kind: "check", overlay: changedFiles(this.state) });
  }

  giveUp(reason: GaveUpReason, sentence: string): Step {
    this.set({ ended: true });
    const { problems: left, used, rejected } = this.state;
    const partial = changedFiles(this.state);
    // Out of ways and not out of means: where rules forbade every way that was found, that is the answer.
    const isOutOfWays = ["no-model", "attempts", "rounds", "model-gave-up"].includes(reason);
    if (isOutOfWays && rejected.violations.length > 0 && rejected.otherwise === 0) {
      const { violations } = rejected;
      return this.end({ kind: "finish", outcome: { kind: "refused", violations, left, partial, used } });
    }
    return this.end({ kind: "finish", outcome: { kind: "gave-up", reason, sentence, left, partial, used } });
  }

  fixed(): Step {
    this.set({ ended: true, problems: [] });
    const { used } = this.state;
    return this.end({
      kind: "finish",
      outcome: { kind: "fixed", files: changedFiles(this.state), used },
    });
  }
}

/** The files whose texts differ from what their owner wrote. */
function changedFiles({ input, current }: LoopState): ReadonlyMap<string, string> {
  const original = input.configuration.source.files;
  return new Map([...current.source.files].filter(([file, text]) => original.get(file) !== text));
}

/** Equal for equal texts. */
export function textKey({ source }: Configuration): string {
  return JSON.stringify([...source.files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The configuration with some texts in place of others. */
export function withTexts(configuration: Configuration, texts: ReadonlyMap<string, string>): Configuration {
  return rereadConfiguration(configuration, new Map([...configuration.source.files, ...texts]));
}
