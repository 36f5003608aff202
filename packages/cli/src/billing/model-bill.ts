import type { ModelChoice } from "@apex/agent/openai";
import { AdapterError } from "@apex/core";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
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

/**
 * Runs a command whose result must not be lost for its bill: what kept something off the bill is told at the end, and is the exit code
 * then.
 */
export async function withLateBill(
  io: Io,
  bill: ModelBill | undefined,
  run: (add: ModelBill["add"] | undefined) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (bill === undefined) return run(undefined);
  const errors: CommandError[] = [];
  const add: ModelBill["add"] = (id, used) =>
    bill.add(id, used).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      errors.push(error);
    });
  try {
    const exitCode = await run(add);
    return errors[0]?.exitCode ?? exitCode;
  } finally {
    bill.tell();
    for (const { message } of errors) io.err(`${freshLine(io)}apex: ${printable(message)}\n`);
  }
}
