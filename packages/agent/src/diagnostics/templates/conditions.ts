import type { MessageTemplate } from "../message-template.ts";

/**
 * What only a configuration's owner decides. Where a user's own words stand in the detail (`error_message` is its very start), the
 * summary alone decides. Source: terraform v1.11, `terraform/eval_conditions.go`, `eval_variable.go`.
 */
export const CONDITION_MESSAGES: readonly MessageTemplate[] = [
  [
    "no-value-for-variable",
    "No value for required variable",
    'The root module input variable "{name}" is not set, and has no default value.{...}',
  ],
  [
    "no-value-for-variable",
    "No value for required variable",
    [
      'The ephemeral input variable "{name}" was set during the plan phase, {...}',
      'The ephemeral input variable "{name}" was not set during the plan phase, {...}',
    ],
    { why: "ephemeral" },
  ],
  [
    "no-value-for-variable",
    "Required variable not set",
    [
      'The variable "{name}" is required, but is not set.',
      "The given value is not suitable for {variable} defined at {at...}: required variable may not be set to null.",
      "Unsuitable value for {variable} {source...}: required variable may not be set to null.",
    ],
    { why: "null" },
  ],
  ["validation-failed", "Invalid value for variable"],
  ["validation-failed", "Input variable validation failed"],
  ["condition-failed", "Resource precondition failed"],
  ["condition-failed", "Resource postcondition failed"],
  ["condition-failed", "Module output value precondition failed"],
  ["condition-failed", "Output value precondition failed"],
  ["condition-failed", "Check block assertion failed"],
  [
    "prevent-destroy",
    "Instance cannot be destroyed",
    "Resource {resource...} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed.{...}",
  ],
  [
    "prevent-destroy",
    "Resource instance cannot be destroyed",
    "Resource instance {resource...} has prevent_destroy set, but the plan calls for it to be destroyed.{...}",
  ],
  ["required-version", "Unsupported Terraform Core version", "{...}"],
  ["required-version", "Incompatible module", "This module is not compatible with OpenTofu v{...}."],
  ["backend", 'Backend initialization required, please run "terraform init"'],
  ["backend", 'Backend initialization required: please run "terraform init"'],
  ["backend", "Backend configuration changed"],
  ["backend", "Backend type changed"],
  ["backend", "Invalid backend configuration argument"],
  ["backend", "Unsupported backend type"],
  ["backend", "Error configuring the backend {...}"],
  ["backend", "Duplicate backend configuration"],
  ["backend", "Both a backend and cloud configuration are present"],
  ["backend", "Duplicate HCP Terraform configurations"],
  ["backend", "Unknown values within backend definition"],
  ["backend", "Failed to get existing workspaces"],
];
