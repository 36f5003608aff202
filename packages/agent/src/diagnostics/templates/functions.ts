import type { MessageTemplate } from "../message-template.ts";

/** Functions that do not exist or do not take what they are given. Source: hcl v2.23, `hclsyntax/expression.go`; terraform v1.11. */
export const FUNCTION_MESSAGES: readonly MessageTemplate[] = [
  [
    "unknown-function",
    "Call to unknown function",
    'There is no function named "{name}" in namespace {namespace}.{...}',
  ],
  ["unknown-function", "Call to unknown function", 'There is no function named "{name}".{...}'],
  ["unknown-function", "Call to unknown function", 'There are no functions in namespace "{namespace}".{...}'],
  [
    "unknown-function",
    "Unknown provider function",
    'The function "{name}" is not available from the provider "{provider}".',
  ],
  [
    "function-arguments",
    "Not enough function arguments",
    'Function "{name}" expects {...} argument(s). Missing value for "{parameter}".',
    { why: "too-few" },
  ],
  [
    "function-arguments",
    "Not enough function arguments",
    'Function "{name}" expects{...} {count} argument(s). Missing value for "{parameter}".',
    { why: "too-few" },
  ],
  [
    "function-arguments",
    "Too many function arguments",
    'Function "{name}" expects only {count} argument(s).',
    { why: "too-many" },
  ],
  [
    "function-arguments",
    "Invalid function argument",
    'Invalid value for "{parameter}" parameter: {reason...}.',
    { why: "value" },
  ],
  // Terraform still knows their names, and that they are gone.
  ...["list", "map"].map(
    (name) =>
      [
        "unknown-function",
        "Error in function call",
        `Call to function "${name}" failed: the "${name}" function was deprecated in Terraform v0.12 and is no longer available;{...}`,
        { name, why: "removed" },
      ] as const,
  ),
  [
    "function-arguments",
    "Error in function call",
    'Call to function "{name}" failed: {reason...}.',
    { why: "failed" },
  ],
  [
    "function-arguments",
    "Invalid expanding argument value",
    [
      "The expanding argument (indicated by ...) must not be null.",
      "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
    ],
    { why: "expanding" },
  ],
];
