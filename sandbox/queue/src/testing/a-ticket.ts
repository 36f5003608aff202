import type { QueuedRun } from "@apex/core";
import type { Ticket } from "../taking.ts";
import { aQueuedRun } from "./memory-records.ts";

/** A ticket that notes where it was put. */
export function aTicket(run: QueuedRun = aQueuedRun()): Ticket & { readonly put: string[] } {
  const put: string[] = [];
  const note = (what: string) => async (): Promise<void> => {
    put.push(what);
  };
  return {
    run,
    put,
    hold: () => () => undefined,
    later: note("later"),
    giveBack: note("back"),
    done: note("done"),
    dead: async (reason) => {
      put.push(`dead: ${reason}`);
    },
  };
}
