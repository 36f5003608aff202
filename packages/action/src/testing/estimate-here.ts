import path from "node:path";
import type { EstimateReport } from "@apex/report";
import { estimateCheckout } from "../estimate/estimate-checkout.ts";
import { readActionEvent } from "../event/action-event.ts";
import { readActionInputs } from "../inputs/action-inputs.ts";
import { openActionIo } from "../runner/action-io.ts";
import type { Checkout } from "./checkout.ts";

/** What a checkout costs more than a commit, as the sources of the Action tell. */
export async function estimateHere(
  { directory }: Checkout,
  inputs: Readonly<Record<string, string>> & { readonly base: string },
): Promise<EstimateReport> {
  const temporary = path.dirname(directory);
  const env = {
    ...process.env,
    GITHUB_EVENT_NAME: "workflow_dispatch",
    GITHUB_REPOSITORY: "acme/infrastructure",
    GITHUB_WORKSPACE: directory,
    RUNNER_TEMP: temporary,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  };
  const io = openActionIo({
    env,
    cwd: directory,
    temporary,
    write: () => {},
    signal: AbortSignal.timeout(60_000),
    now: () => new Date(),
  });
  return estimateCheckout(readActionInputs(io), await readActionEvent(env), io);
}
