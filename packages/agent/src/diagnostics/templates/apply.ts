import type { MessageTemplate } from "../message-template.ts";

const PROVIDER_BUG =
  "This is a bug in the provider, which should be reported in the provider's own issue tracker.";

/** What Terraform itself says while it applies. Source: terraform v1.11, `terraform`, `plugin/grpc_error.go`, `clistate`. */
export const APPLY_MESSAGES: readonly MessageTemplate[] = [
  [
    "state-locked",
    "Error acquiring the state lock",
    "Error message: {...}\n\nTerraform acquires a state lock {...}",
  ],
  ["state-locked", "Error locking state", "{...}"],
  [
    "provider-bug",
    "Provider produced inconsistent result after apply",
    `When applying changes to {resource...}, provider {...} produced an unexpected new value{...}${PROVIDER_BUG}`,
    { why: "inconsistent-result" },
  ],
  [
    "provider-bug",
    "Provider produced inconsistent final plan",
    "When expanding the plan for {resource...} to include new values learned so far during apply, provider {...}",
    { why: "inconsistent-plan" },
  ],
  ["provider-bug", "Provider produced invalid plan", "Provider {...}", { why: "invalid-plan" }],
  ["provider-bug", "Provider produced invalid object", "Provider {...}", { why: "invalid-object" }],
  ["provider-bug", "Provider produced null object", "Provider {...}", { why: "invalid-object" }],
  [
    "provider-bug",
    "Provider returned invalid result object after apply",
    "After {...}",
    { why: "invalid-object" },
  ],
  [
    "provider-bug",
    "Plugin did not respond",
    "The plugin encountered an error, and failed to respond to the {call} call.{...}",
    { why: "crash" },
  ],
  [
    "provider-bug",
    "Plugin error",
    "The plugin returned an unexpected error from {call}: {...}",
    { why: "crash" },
  ],
  [
    "provider-bug",
    "Unsupported plugin method",
    "The {call} method is not supported by this plugin.",
    { why: "crash" },
  ],
  [
    "provider-bug",
    "Invalid resource state upgrade",
    "The {...} provider upgraded the state for {...}",
    { why: "state-upgrade" },
  ],
];
