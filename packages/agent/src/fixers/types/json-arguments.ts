/**
 * Arguments that are strings of JSON: whoever writes an object there means its JSON. Sources: the pages of the AWS provider 6.25 and the
 * Google provider 6.50.
 */
const JSON_NAMES: ReadonlySet<string> = new Set([
  "access_policies",
  "assume_role_policy",
  "container_definitions",
  "dashboard_body",
  "event_pattern",
  "filter_policy",
  "inline_policy",
  "key_policy",
  "lifecycle_policy",
  "policy",
  "policy_data",
  "policy_document",
  "policy_text",
  "redrive_allow_policy",
  "redrive_policy",
  "repository_policy",
  "resource_policy",
  "secret_policy",
  "topic_policy",
]);

/** Whether the argument of that path (`aws_iam_role.assume_role_policy`) takes JSON. */
export function isJsonArgument(argument: string): boolean {
  const name = argument.slice(argument.lastIndexOf(".") + 1);
  return JSON_NAMES.has(name) || name.endsWith("_json") || argument === "aws_sfn_state_machine.definition";
}
