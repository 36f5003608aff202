import type { MessageTemplate } from "../message-template.ts";

/** References that lead nowhere or to too much. Sources: terraform v1.11, `addrs`, `lang`, `terraform`; hcl v2.23, `ops.go`. */
export const REFERENCE_MESSAGES: readonly MessageTemplate[] = [
  [
    "unsupported-attribute",
    "Unsupported attribute",
    [
      'This object has no argument, nested block, or exported attribute named "{name}".{...}',
      'This object does not have an attribute named "{name}".{...}',
    ],
  ],
  [
    "unsupported-attribute",
    "Unsupported attribute",
    [
      'Can\'t access attributes on a list of objects. Did you mean to access attribute "{name}" for a specific element of the list, or across all elements of the list?',
      "Can't access attributes on a list of objects. Did you mean to access an attribute for a specific element of the list, or across all elements of the list?",
    ],
    { why: "list" },
  ],
  [
    "unsupported-attribute",
    "Unsupported attribute",
    "Can't access attributes on a set of objects. Did you mean to access an attribute across all elements of the set?",
    { why: "set" },
  ],
  [
    "unsupported-attribute",
    "Unsupported attribute",
    "Can't access attributes on a primitive-typed value ({type}).",
    { why: "primitive" },
  ],
  [
    "unsupported-attribute",
    "Unsupported attribute",
    "This value does not have any attributes.",
    { why: "none" },
  ],
  [
    "unsupported-attribute",
    'Invalid "{object}" attribute',
    'The "{...}" object does not have an attribute named "{name}".{...}',
  ],
  [
    "unsupported-attribute",
    'Invalid "terraform" attribute',
    "The terraform.env attribute was deprecated in v0.10 and removed in v0.12.{...}",
    { object: "terraform", name: "env", why: "removed" },
  ],
  [
    "undeclared-variable",
    "Reference to undeclared input variable",
    'An input variable with the name "{name}" has not been declared.{...}',
  ],
  [
    "undeclared-local",
    "Reference to undeclared local value",
    'A local value with the name "{name}" has not been declared.{...}',
  ],
  [
    "undeclared-module",
    "Reference to undeclared module",
    ['No module call named "{name}" is declared in {...}', "The configuration contains no module.{name}."],
  ],
  ...(["managed", "data", "ephemeral"] as const).map((mode): MessageTemplate => {
    const start = `${mode === "ephemeral" ? "An" : "A"} ${mode} resource "{type}" "{name}" has not been declared in {module...}.`;
    return [
      "undeclared-resource",
      "Reference to undeclared resource",
      [
        `${start}\n\nDid you mean the managed resource {instead}?`,
        `${start}\n\nDid you mean the data resource {instead}?`,
        `${start}\n\nDid you mean the ephemeral resource {instead}?`,
        start,
      ],
      { mode },
    ];
  }),
  [
    "undeclared-resource",
    "Reference to undeclared resource",
    [
      'A resource "{type}" "{name}" has not been declared in {module...}',
      "A resource {address...} has not been declared in {module...}",
    ],
  ],
  [
    "invalid-reference",
    "Reference to scoped resource",
    'The referenced {mode} resource "{type}" "{name}" is not available from this context.',
    { why: "scoped" },
  ],
  [
    "invalid-reference",
    "Invalid reference",
    [
      "A reference to a resource type must be followed by at least one attribute access, specifying the resource name.",
      "A reference to a data source must be followed by at least one attribute access, specifying the resource name.",
      "A reference to an ephemeral resource type must be followed by at least one attribute access, specifying the resource name.",
    ],
    { why: "one-name" },
  ],
  [
    "invalid-reference",
    "Invalid reference",
    'The "{name}" object must be followed by two attribute names: {...}.',
    { why: "two-names" },
  ],
  [
    "invalid-reference",
    "Invalid reference",
    'The "{name}" object cannot be accessed directly. Instead, access one of its attributes.',
    { why: "whole-object" },
  ],
  [
    "invalid-reference",
    "Invalid reference",
    [
      'The "{name}" object does not support this operation.',
      "The left operand does not support this operation.",
      "Module instance objects do not support this operation.",
    ],
    { why: "operation" },
  ],
  [
    "invalid-reference",
    "Invalid reference",
    'The reference to "{name}" is not valid in this context',
    { why: "context" },
  ],
  [
    "invalid-reference",
    "Invalid reference",
    "The terraform.workspace attribute is only available for modules used in Terraform workspaces.{...}",
    { why: "context" },
  ],
  [
    "invalid-reference",
    "Invalid index key",
    "Invalid index for {what...} instance: {reason...}.",
    { why: "index" },
  ],
  [
    "invalid-reference",
    "Reserved symbol name",
    'The symbol name "{name}" is reserved for use in a future Terraform version.{...}',
    { why: "reserved" },
  ],
  [
    "invalid-reference",
    "Unknown variable",
    'There is no variable named "{name}".{...}',
    { why: "unknown-name" },
  ],
  ["invalid-reference", "Variables not allowed", "Variables may not be used here.", { why: "constant-only" }],
  [
    "invalid-reference",
    "Invalid expression",
    "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
    { why: "static-reference" },
  ],
  [
    "invalid-reference",
    "Invalid reference from destroy provisioner",
    "Destroy-time provisioners and their connection configurations may only reference attributes of the related resource,{...}",
    { why: "destroy-provisioner" },
  ],
  [
    "missing-instance-key",
    "Missing resource instance key",
    'Because {resource} has "{repetition}" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {...}',
  ],
  [
    "unexpected-instance-key",
    "Unexpected resource instance key",
    'Because {resource} does not have "count" or "for_each" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource.',
  ],
  [
    "no-repetition",
    'Reference to "{name}" in non-counted context',
    'The "{...}" object can{...} be used {...}.',
  ],
  [
    "no-repetition",
    'Reference to "{name}" in context without for_each',
    'The "{...}" object can {...} be used {...}.',
  ],
  [
    "no-repetition",
    'Reference to "{name}" in context without for_each',
    'The "{...}" object can be used only in {...}.',
  ],
  [
    "no-repetition",
    "each.value cannot be used in this context",
    'A reference to "each.value" has been used in a context in which it is unavailable, {...}.',
    { name: "each" },
  ],
  [
    "invalid-reference",
    "Invalid resource count attribute",
    'The special "count" attribute is no longer supported after Terraform v0.12. Instead, use length({resource}) to count resource instances.',
    { why: "count-attribute", name: "count" },
  ],
  [
    "self-reference",
    'Invalid "self" reference',
    'The "self" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.',
    { why: "outside" },
  ],
  [
    "self-reference",
    "Self-referential block",
    "Configuration for {resource...} may not refer to itself.",
    { why: "itself" },
  ],
  [
    "self-reference",
    "Invalid reference in {where...}",
    "Configuration for {resource...} may not refer to itself.",
    { why: "itself" },
  ],
  [
    "self-reference",
    "Self-referencing local value",
    "Local value {name} cannot use its own result as part of its expression.",
    { why: "itself" },
  ],
  // The graph's own errors have no detail and no range.
  ["cycle", "Cycle: {nodes...}", ""],
  ["cycle", "Self reference: {nodes...}", ""],
];
