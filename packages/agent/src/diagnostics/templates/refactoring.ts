import type { MessageTemplate } from "../message-template.ts";

/** `moved`, `import` and `removed`. Source: terraform v1.11, `refactoring`, `terraform`. */
export const REFACTORING_MESSAGES: readonly MessageTemplate[] = [
  [
    "refactoring",
    "Configuration for import target does not exist",
    [
      "The configuration for the given import target {target} does not exist.{...}",
      "The configuration for the given import {target} does not exist.{...}",
      "Resource {target} not found. Only resources within the root module are eligible for config generation.",
    ],
    { why: "import-target" },
  ],
  [
    "refactoring",
    "Removed resource still exists",
    "This statement declares that {target...} was removed, but it is still declared in configuration.",
    { why: "still-declared" },
  ],
  [
    "refactoring",
    "Removed module still exists",
    "This statement declares that {target...} was removed, but it is still declared in configuration.",
    { why: "still-declared" },
  ],
  [
    "refactoring",
    "Moved object still exists",
    "This statement declares a move from {target...}, but that {what...} is still declared{...}.\n\nChange your configuration so that this {...} will be declared as {to...} instead.",
    { why: "still-declared" },
  ],
  [
    "refactoring",
    "Ambiguous move statements",
    "A statement at {at...} declared that {...}",
    { why: "ambiguous" },
  ],
  [
    "refactoring",
    "Redundant move statement",
    "This statement declares a move from {target...} to the same address, which is the same as not declaring this move at all.",
    { why: "redundant" },
  ],
  [
    "refactoring",
    'Invalid "moved" addresses',
    'The "from" and "to" addresses must either both refer to resources or both refer to modules.',
    { why: "addresses" },
  ],
  ["refactoring", "Cyclic dependency in move statements", "{...}", { why: "cycle" }],
  ["refactoring", "Invalid import 'to' expression", "{reason...}.", { why: "import-target" }],
  [
    "refactoring",
    "Invalid provisioner block",
    [
      "Provisioners are valid only when a removed block targets a managed resource.",
      'Only destroy-time provisioners are valid in "removed" blocks.{...}',
    ],
    { why: "removed-provisioner" },
  ],
  ["refactoring", "Invalid import address", "{reason...}.", { why: "import-target" }],
  ["refactoring", "Invalid import id argument", "{reason...}.", { why: "import-id" }],
  [
    "refactoring",
    "Invalid import configuration",
    'An import block was detected in "{module}". Import blocks are only allowed in the root module.',
    { why: "import-place" },
  ],
  [
    "refactoring",
    "Cannot import non-existent remote object",
    'While attempting to import an existing object to "{target}", the provider detected that no object exists with the given id.{...}',
    { why: "import-missing" },
  ],
  [
    "refactoring",
    "Resource already managed by Terraform",
    "Terraform is already managing a remote object for {target...}.{...}",
    { why: "import-managed" },
  ],
];
