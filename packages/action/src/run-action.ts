import { AdapterError, unreachable } from "@apex/core";
import { runEstimate } from "./estimate/run-estimate.ts";
import { type ActionEvent, readActionEvent } from "./event/action-event.ts";
import type { GitHub } from "./github/github.ts";
import { openGitHub } from "./github/open-github.ts";
import { type ActionInputs, readActionInputs } from "./inputs/action-inputs.ts";
import { runOptimize } from "./optimize/run-optimize.ts";
import type { ActionIo } from "./runner/action-io.ts";
import { changeValidator } from "./validate/validate-change.ts";

const DONE = 0;
const FAILED = 1;

/** GitHub as the inputs' credentials open it; asked for when something has to be asked or told, so that a dry estimate needs none. */
function gitHubOf(inputs: ActionInputs, event: ActionEvent, io: ActionIo): () => GitHub {
  let opened: GitHub | undefined;
  return () => {
    const { app, token } = inputs.credentials;
    if (app === null && token === null) {
      throw new AdapterError(
        "denied",
        "there is no github-token: leave the input as it is, or give app-id and app-private-key",
      );
    }
    opened ??= openGitHub({
      repository: event.repository,
      apiUrl: event.apiUrl,
      credentials:
        app === null
          ? { kind: "token", token: token ?? "" }
          : { kind: "app", appId: app.id, privateKey: app.privateKey },
      signal: io.signal,
    });
    return opened;
  };
}

/** Does what the mode says; answers why the step is to fail all the same. */
async function perform(inputs: ActionInputs, event: ActionEvent, io: ActionIo): Promise<readonly string[]> {
  const run = { inputs, event, io, openGitHub: gitHubOf(inputs, event, io) };
  switch (inputs.mode) {
    case "estimate":
      return runEstimate(run);
    case "validate":
      return runEstimate({ ...run, validate: changeValidator(run) });
    case "optimize":
      return runOptimize(run);
    default:
      return unreachable(inputs.mode);
  }
}

/**
 * Runs the Action once, as the runner's environment says. Answers the exit code of the step. Whatever goes wrong becomes an
 * annotation: a user's mistake with what to do, a bug of ours with its stack in the log.
 */
export async function runAction(io: ActionIo): Promise<number> {
  try {
    const inputs = readActionInputs(io);
    const event = await readActionEvent(io.env);
    const failures = await perform(inputs, event, io);
    for (const failure of failures) io.annotate("error", failure, { title: "Apex" });
    return failures.length === 0 ? DONE : FAILED;
  } catch (error) {
    if (error instanceof AdapterError) io.annotate("error", error.message, { title: "Apex" });
    else {
      io.annotate("error", "Apex met a bug of its own: please report it with the log of this step", {
        title: "Apex",
      });
      io.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    return FAILED;
  }
}
