import type { CampaignRun } from "@apex/core";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";

/** Shows a status that changes: redrawn in place on a terminal, in a log one line for each run that gets further. */
export interface StatusScreen {
  show(text: string, runs: readonly CampaignRun[]): void;
  /** The last one, which stays; it is a result and goes to `out`. */
  end(text: string): void;
}

function lineOf({ target, change, state, verdict, reason }: CampaignRun): string {
  const outcome = verdict ?? state;
  const why = reason === null ? "" : `: ${reason.split("\n", 1)[0]}`;
  return printable(`${target} (${change}): ${outcome}${why}`);
}

export function openStatusScreen(io: Pick<Io, "out" | "err" | "isTerminal">): StatusScreen {
  const told = new Map<string, string>();
  let rows = 0;
  /** Up over what was drawn, and away with it. */
  const erase = () => {
    if (rows > 0) io.err(`\u001b[${rows}A\u001b[0J`);
    rows = 0;
  };
  return {
    show: (text, runs) => {
      if (io.isTerminal) {
        erase();
        io.err(text);
        rows = text.split("\n").length - 1;
        return;
      }
      for (const run of runs) {
        const line = lineOf(run);
        if (run.state !== "waiting" && told.get(run.runId) !== line) io.err(`${line}\n`);
        told.set(run.runId, line);
      }
    },
    end: (text) => {
      erase();
      io.out(text);
    },
  };
}
