import { openModelBill, withLateBill } from "../billing/model-bill.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { chosenModel, meansOf } from "./choose-model.ts";
import { REPAIR_DEFAULTS } from "./repair-defaults.ts";
import type { RepairMeans } from "./repair-inputs.ts";

/** How a command that repairs on its way does it, as the command line gives it. */
export interface AsideOptions {
  /** False: by fixers alone. */
  readonly model?: string | false;
  /** Whose bill the model is on. */
  readonly tenant?: string;
}

/** Runs a command that repairs on its way; what its model takes is on the bill of the tenant that is named. */
export async function withRepairMeans(
  io: Io,
  options: AsideOptions,
  run: (means: RepairMeans) => Promise<ExitCode>,
): Promise<ExitCode> {
  const choice = chosenModel(io, options);
  const means = meansOf(choice, REPAIR_DEFAULTS);
  return withLateBill(io, await openModelBill(io, options.tenant, choice), (bill) =>
    run(bill === undefined ? means : { ...means, bill }),
  );
}
