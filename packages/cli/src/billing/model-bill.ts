import type { ModelChoice } from "@apex/agent/openai";
import { AdapterError } from "@apex/core";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { freshLine } from "../progress.ts";
import { type ModelUse, recordModelUse } from "./record-model-use.ts";
import { requireTenant, withStore } from "./with-store.ts";

/** The bill that a command's use of a model is on. */
export interface ModelBill {
  /** Puts a repair or an answer on it; twice is once. Throws a CommandError. */
  readonly add: (id: string, used: ModelUse["used"]) => Promise<void>;
  /** Tells a person what was put on it. */
  readonly tell: () => void;
}

/**
 * The bill of a tenant; `undefined` where none was named or no model is asked. Throws a CommandError for a tenant that there is not,
 * before anything is paid for.
 */
export async function openModelBill(
  io: Io,
  tenant: string | undefined,
  choice: ModelChoice,
): Promise<ModelBill | undefined> {
  if (tenant === undefined) return undefined;
  await withStore(io, async (store) => void (await requireTenant(store, tenant)));
  if (choice.kind === "none") return undefined;
  const { settings } = choice;
  const told = new Set<string>();
  return {
    add: async (id, used) => {
      try {
        const sentence = await recordModelUse(io, { tenant, id, settings, used });
        if (sentence !== null) told.add(sentence);
      } catch (error) {
        if (io.signal.aborted || !(error instanceof AdapterError)) throw error;
        const what = `what the model took for ${id} is not on the bill of ${tenant}`;
        throw new CommandError(EXIT_CODES.badInput, `${what}: ${error.message}`, { cause: error });
      }
    },
    tell: () => {
      for (const sentence of told) io.err(`${freshLine(io)}apex: ${sentence}\n`);
    },
  };
}

/** The same bill for a command whose result must not be lost for it: `tell`, at the end, throws what kept something off it. */
export function withLateErrors({ add, tell }: ModelBill): ModelBill {
  const errors: unknown[] = [];
  return {
    add: (id, used) => add(id, used).catch((error: unknown) => void errors.push(error)),
    tell: () => {
      tell();
      if (errors.length > 0) throw errors[0];
    },
  };
}
