import type { ActionIo } from "./action-io.ts";

/** What no program that we start has a use for: tokens are for GitHub, inputs and the runner's files are ours. */
const NOT_FOR_CHILDREN =
  /^(?:INPUT_|INIT_CWD$|GITHUB_TOKEN$|GH_TOKEN$|GITHUB_(?:OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$|ACTIONS_(?:RUNTIME|ID_TOKEN|CACHE)|NODE_OPTIONS$)/;

/** The environment without tokens, inputs and ways to speak to the runner. */
export function childEnvironment(env: ActionIo["env"]): ActionIo["env"] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_FOR_CHILDREN.test(name)));
}
