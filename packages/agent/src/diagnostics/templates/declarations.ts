import type { MessageTemplate } from "../message-template.ts";

/** What is declared twice. Source: terraform v1.11, `configs/module.go`. */
const DUPLICATES: readonly MessageTemplate[] = [
  [
    "duplicate-declaration",
    'Duplicate resource "{type}" configuration',
    'A {...} resource named "{name}" was already declared at {at...}. Resource names must be unique per type in each module.',
    { kind: "resource" },
  ],
  [
    "duplicate-declaration",
    'Duplicate data "{type}" configuration',
    'A {...} data resource named "{name}" was already declared at {at...}. Resource names must be unique per type in each module.',
    { kind: "data" },
  ],
  [
    "duplicate-declaration",
    'Duplicate data "{type}" configuration',
    'A {...} data resource named "{name}" was already declared at {at...}. Resource names must be unique per type in each module, including within check blocks.',
    { kind: "data" },
  ],
  [
    "duplicate-declaration",
    'Duplicate check "{name}" configuration',
    'A check block named "{...}" was already declared at {at...}. Check blocks must be unique within each module.',
    { kind: "check" },
  ],
  [
    "duplicate-declaration",
    'Duplicate ephemeral "{type}" configuration',
    'A {...} ephemeral resource named "{name}" was already declared at {at...}. Resource names must be unique per type in each module.',
    { kind: "ephemeral" },
  ],
  [
    "duplicate-declaration",
    "Duplicate variable declaration",
    'A variable named "{name}" was already declared at {at...}. Variable names must be unique within a module.',
    { kind: "variable" },
  ],
  [
    "duplicate-declaration",
    "Duplicate output definition",
    'An output named "{name}" was already defined at {at...}. Output names must be unique within a module.',
    { kind: "output" },
  ],
  [
    "duplicate-declaration",
    "Duplicate local value definition",
    'A local value named "{name}" was already defined at {at...}. Local value names must be unique within a module.',
    { kind: "local" },
  ],
  [
    "duplicate-declaration",
    "Duplicate module call",
    'A module call named "{name}" was already defined at {at...}. Module calls must have unique names within a module.',
    { kind: "module" },
  ],
  [
    "duplicate-declaration",
    "Duplicate provider configuration",
    'A default (non-aliased) provider configuration for "{name}" was already given at {at...}. If multiple configurations are required, set the "alias" argument for alternative configurations.',
    { kind: "provider" },
  ],
  [
    "duplicate-declaration",
    "Duplicate provider configuration",
    'A provider configuration for "{name}" with alias "{alias}" was already given at {at...}. Each configuration for the same provider must have a distinct alias.',
    { kind: "provider" },
  ],
  [
    "duplicate-declaration",
    "Duplicate required providers configuration",
    "A module may have only one required providers configuration. The required providers were previously configured at {at...}.",
    { kind: "required-providers" },
  ],
  [
    "duplicate-declaration",
    'Duplicate import configuration for "{name}"',
    'An import block for the resource "{...}" was already declared at {at...}. A resource can have only one import block.',
    { kind: "import" },
  ],
];

/** Variables' types and defaults. Sources: terraform v1.11, `configs`; hcl v2.23, `ext/typeexpr`. */
const VARIABLES: readonly MessageTemplate[] = [
  [
    "invalid-default",
    "Invalid default value for variable",
    [
      "This default value is not compatible with the variable's type constraint: {reason...}.",
      "This variable's default value is not compatible with its type constraint: {reason...}.",
      "The overridden default value for this variable is not compatible with the variable's type constraint: {reason...}.",
      "Overriding this variable's type constraint has made its default value invalid: {reason...}.",
    ],
    { why: "type" },
  ],
  [
    "invalid-default",
    "Invalid default value for variable",
    "A null default value is not valid when nullable=false.",
    { why: "null" },
  ],
  [
    "invalid-default",
    "Invalid default value for module argument",
    'The default value for variable "{name}" is incompatible with its type constraint: {reason...}.',
    { why: "type" },
  ],
  [
    "invalid-default",
    "Invalid default value for optional attribute",
    "This default value is not compatible with the attribute's type constraint: {reason...}.",
    { why: "optional-attribute" },
  ],
  [
    "invalid-type-constraint",
    "Invalid type specification",
    [
      'The keyword "{keyword}" is not a valid type specification.',
      'The keyword "{keyword}" cannot be used in this type specification: an exact type is required.',
      'Keyword "{keyword}" is not a valid type constructor.',
    ],
    { why: "keyword" },
  ],
  [
    "invalid-type-constraint",
    "Invalid type specification",
    [
      "The {keyword} type constructor requires one argument specifying {...}.",
      'Primitive type keyword "{keyword}" does not expect arguments.',
      'Type constraint keyword "{keyword}" does not expect arguments.',
      'Keyword "{keyword}" is valid only as a modifier for object type attributes.',
      "Object type constructor requires {...}.",
      "Object constructor map keys must be {...}.",
      "Optional attribute modifier {...}.",
      "Tuple type constructor requires a list of element types.",
    ],
    { why: "arguments" },
  ],
  [
    "invalid-type-constraint",
    "Invalid type specification",
    "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).",
    { why: "form" },
  ],
  [
    "invalid-type-constraint",
    "Invalid quoted type constraints",
    "Terraform 0.11 and earlier required type constraints to be given in quotes,{...}",
    { why: "quoted" },
  ],
  [
    "invalid-type-constraint",
    "Invalid legacy variable type hint",
    "To provide a full type expression, remove the surrounding quotes and give the type expression directly.",
    { why: "quoted" },
  ],
  [
    "invalid-variable-value",
    "Invalid value for input variable",
    [
      "The given value is not suitable for {variable} declared at {at...}: {reason...}.",
      "The given value is not suitable for {variable}, which is sensitive: {...} Invalid value defined at {at...}.",
      "Unsuitable value for {variable} {source...}: {reason...}.",
    ],
  ],
];

/** `depends_on` and `lifecycle`. Source: terraform v1.11, `configs`, `terraform/node_resource_validate.go`. */
const META_ARGUMENTS: readonly MessageTemplate[] = [
  [
    "invalid-dependency",
    "Invalid depends_on reference",
    "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object.",
  ],
  [
    "invalid-dependency",
    "Invalid depends_on reference",
    "References in depends_on must be to {...}",
    { why: "kind" },
  ],
  ...["data", "ephemeral"].map(
    (kind): MessageTemplate => [
      "invalid-lifecycle",
      `Invalid ${kind} resource lifecycle argument`,
      `The lifecycle argument "{name}" is defined only for managed resources ("resource" blocks), and is not valid for ${kind} resources.`,
      { why: "kind" },
    ],
  ),
  [
    "invalid-lifecycle",
    "Invalid ignore_changes wildcard",
    'The ["*"] form of ignore_changes wildcard is was deprecated and is now invalid. Use "ignore_changes = all" to ignore changes to all attributes.',
    { name: "ignore_changes", why: "wildcard" },
  ],
  [
    "invalid-lifecycle",
    "Invalid ignore_changes ruleset",
    'Cannot mix wildcard string "*" with non-wildcard references.',
    { name: "ignore_changes", why: "wildcard" },
  ],
  [
    "invalid-lifecycle",
    "Invalid lifecycle block",
    'Nested data blocks do not support "lifecycle" blocks as the lifecycle is managed by the containing block.',
    { why: "nested" },
  ],
  ...[
    "Invalid count reference in replace_triggered_by expression",
    "Invalid each reference in replace_triggered_by expression",
    "Invalid reference in replace_triggered_by expression",
    "Invalid replace_triggered_by expression",
  ].map(
    (summary): MessageTemplate => [
      "invalid-lifecycle",
      summary,
      [
        "Only {...} may be used in replace_triggered_by.",
        "{...} in replace_triggered_by expression.",
        "{...} in replace_triggered_by.",
      ],
      { name: "replace_triggered_by" },
    ],
  ),
  [
    "invalid-lifecycle",
    "Invalid index expression",
    "Only constant values, count.index or each.key are allowed in index expressions.",
    { name: "replace_triggered_by" },
  ],
  ["sensitive-output", "Output refers to sensitive values", "{...}"],
];

/** Declarations that do not fit the others. */
export const DECLARATION_MESSAGES: readonly MessageTemplate[] = [
  ...DUPLICATES,
  ...VARIABLES,
  ...META_ARGUMENTS,
];
