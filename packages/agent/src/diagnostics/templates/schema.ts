import type { MessageTemplate } from "../message-template.ts";

/** What Terraform itself says of a body that does not fit its schema. Sources: hcl v2.23, `hclsyntax` and `hcldec`; terraform v1.11. */
const CORE: readonly MessageTemplate[] = [
  [
    "unsupported-argument",
    "Unsupported argument",
    'An argument named "{name}" is not expected here. Did you mean to define a block of type "{block}"?',
    { why: "is-block" },
  ],
  ["unsupported-argument", "Unsupported argument", 'An argument named "{name}" is not expected here.{...}'],
  [
    "unsupported-argument",
    "Reserved argument name in provider block",
    'The provider argument name "{name}" is reserved for use by Terraform in a future version.',
    { why: "reserved" },
  ],
  [
    "unsupported-block",
    "Unsupported block type",
    'Blocks of type "{name}" are not expected here. Did you mean to define argument "{argument}"? If so, use the equals sign to assign it a value.',
    { why: "is-argument" },
  ],
  ["unsupported-block", "Unsupported block type", 'Blocks of type "{name}" are not expected here.{...}'],
  ["unsupported-block", 'Unexpected "{name}" block', "Blocks are not allowed here."],
  [
    "unsupported-block",
    "Reserved block type name in {where} block",
    'The block type name "{name}" is reserved for use by Terraform in a future version.',
    { why: "reserved" },
  ],
  [
    "unsupported-block",
    "Postconditions are not allowed",
    "Output values can only have preconditions, not postconditions.",
    { name: "postcondition" },
  ],
  [
    "missing-argument",
    "Missing required argument",
    [
      'The argument "{name}" is required, but no definition was found.',
      'The argument "{name}" is required, but was not set.',
    ],
  ],
  ["missing-block", "Insufficient {block} blocks", 'At least {min} "{...}" blocks are required.'],
  [
    "missing-block",
    "Missing {block} block",
    ['A block of type "{...}" is required here.', "A {...} block is required."],
  ],
  [
    "missing-block",
    "Zero assert blocks",
    "Check blocks must have at least one assert block.",
    { block: "assert" },
  ],
  [
    "missing-block",
    "Missing dynamic content block",
    'A dynamic block must have a nested block of type "content" to describe the body of each generated block.',
    { block: "content" },
  ],
  [
    "too-many-blocks",
    "Too many {block} blocks",
    ['No more than {max} "{...}" blocks are allowed', 'No more than {max} "{...}" blocks are allowed.'],
  ],
  [
    "too-many-blocks",
    "Duplicate {block} block",
    [
      'Only one block of type "{...}" is allowed. Previous definition was at {at...}.',
      "Only one {...} block is allowed. Another was defined at {at...}.",
      "This {...} already has a {...} block at {at...}.",
    ],
    { max: "1" },
  ],
  [
    "too-many-blocks",
    "Extraneous dynamic content block",
    "Only one nested content block is allowed for each dynamic block.",
    { block: "content", max: "1" },
  ],
  [
    "argument-redefined",
    "Attribute redefined",
    'The argument "{name}" was already set at {at...}. Each argument may be set only once.',
  ],
  ["argument-redefined", "Duplicate argument", 'Argument "{name}" was already set at {at...}'],
  [
    "conflicting-arguments",
    'Invalid combination of "count" and "for_each"',
    'The "count" and "for_each" meta-arguments are mutually-exclusive, only one should be used to be explicit about the number of resources to be created.',
    { name: "count", other: "for_each" },
  ],
  [
    "wrong-type",
    "Incorrect attribute value type",
    'Inappropriate value for attribute "{name}": {reason...}.',
  ],
  ["wrong-type", "Unsuitable value type", "Unsuitable value: {reason...}"],
  ["wrong-type", "Incorrect value type", "Invalid expression value: {reason...}."],
  ["wrong-type", "Invalid attribute value", 'Invalid value for attribute of "{block}" block: {reason...}.'],
  [
    "value-not-allowed",
    'Invalid "on_failure" keyword',
    'The "on_failure" argument requires one of the following keywords: continue or fail.',
    { name: "on_failure", allowed: "continue, fail" },
  ],
  [
    "value-not-allowed",
    'Invalid "when" keyword',
    'The "when" argument requires one of the following keywords: create or destroy.',
    { name: "when", allowed: "create, destroy" },
  ],
  ...(["resource", "data"] as const).flatMap((kind): readonly MessageTemplate[] => {
    const problemClass = kind === "resource" ? "invalid-resource-type" : "invalid-data-source";
    const summary = kind === "resource" ? "Invalid resource type" : "Invalid data source";
    const what = kind === "resource" ? "resource type" : "data source";
    const start = `The provider {provider} does not support ${what} "{type}".`;
    const [other, otherKind] =
      kind === "resource" ? ["data source", "data"] : ["managed resource type", "resource"];
    const swap = `Did you intend to use the ${other} "{instead}"? If so, declare this using a "${otherKind}" block instead of a "${kind}" block.`;
    return [
      [problemClass, summary, `${start}\n\n${swap}`, { why: `is-${otherKind}` }],
      [problemClass, summary, `${start}{...}`],
    ];
  }),
  [
    "invalid-resource-type",
    "Invalid resource type",
    [
      'A managed resource type "{type}" is not supported by provider "{provider}".',
      'A data resource type "{type}" is not supported by provider "{provider}".',
    ],
  ],
];

/** What providers built on the plugin SDK say. Source: terraform-plugin-sdk v2, `helper/schema` and `helper/validation`. */
const SDK: readonly MessageTemplate[] = [
  [
    "read-only-argument",
    "Value for unconfigurable attribute",
    `Can't configure a value for "{name}": its value will be decided automatically based on the result of applying this configuration.`,
  ],
  ["read-only-argument", '"{name}" attribute is read-only', ["", "{...}"]],
  ["conflicting-arguments", "Conflicting configuration arguments", '"{name}": conflicts with {other...}'],
  [
    "conflicting-arguments",
    "Invalid combination of arguments",
    '"{name}": only one of `{among...}` can be specified, but `{given...}` were specified.',
  ],
  ["missing-one-of", "Invalid combination of arguments", '"{name}": one of `{among...}` must be specified'],
  ["missing-one-of", "Missing required argument", '"{name}": one of `{among...}` must be specified'],
  [
    "missing-argument",
    "Missing required argument",
    '"{given}": all of `{among...}` must be specified',
    { why: "required-with" },
  ],
  [
    "too-many-blocks",
    "Too many list items",
    "Attribute {block} supports {max} item maximum, but config has {given} declared.",
  ],
  [
    "missing-block",
    "Not enough list items",
    "Attribute {block} requires {min} item minimum, but config has only {given} declared.",
  ],
  ["value-not-allowed", "expected {name} to be one of [{allowed...}], got {value...}"],
  [
    "value-not-allowed",
    "expected {name} to be in the range ({min} - {max}), got {value}",
    undefined,
    { why: "range" },
  ],
  ["value-not-allowed", "expected {name} to be at least ({min}), got {value}", undefined, { why: "range" }],
  ["value-not-allowed", "expected {name} to be at most ({max}), got {value}", undefined, { why: "range" }],
  [
    "value-not-allowed",
    "expected length of {name} to be in the range ({min} - {max}), got {value...}",
    undefined,
    { why: "length" },
  ],
  ["value-not-allowed", "invalid value for {name} ({reason...})", undefined, { why: "pattern" }],
  ["wrong-type", "expected type of {name} to be {type}"],
];

/** What providers built on the plugin framework say. Sources: terraform-plugin-framework and -framework-validators. */
const FRAMEWORK: readonly MessageTemplate[] = [
  [
    "read-only-argument",
    "Invalid Configuration for Read-Only Attribute",
    "Cannot set value for this attribute as the provider has marked it as read-only. Remove the configuration line setting the value.{...}",
  ],
  [
    "missing-argument",
    "Missing Configuration for Required Attribute",
    "Must set a configuration value for the {name} attribute as the provider has marked it as required.{...}",
  ],
  [
    "conflicting-arguments",
    "Invalid Attribute Combination",
    [
      "These attributes cannot be configured together: [{among...}]",
      'Attribute "{other}" cannot be specified when "{name}" is specified',
      "{count} attributes specified when one (and only one) of [{among...}] is required",
    ],
  ],
  [
    "missing-one-of",
    "Invalid Attribute Combination",
    [
      "No attribute specified when one (and only one) of [{among...}] is required",
      "At least one attribute out of [{among...}] must be specified",
    ],
  ],
  [
    "missing-argument",
    "Invalid Attribute Combination",
    'Attribute "{name}" must be specified when "{given}" is specified',
    { why: "required-with" },
  ],
  [
    "missing-one-of",
    "Missing Attribute Configuration",
    [
      "Exactly one of these attributes must be configured: [{among...}]",
      "At least one of these attributes must be configured: [{among...}]",
    ],
  ],
  [
    "value-not-allowed",
    "Invalid Attribute Value Match",
    "Attribute {name} value must be one of: [{allowed...}], got: {value...}",
  ],
  [
    "value-not-allowed",
    "Invalid Attribute Value Length",
    "Attribute {name} string length must be {...}, got: {value...}",
    { why: "length" },
  ],
];

/** What our own stand-in for a cloud's provider says. Source: sandbox/terraform, `machine-type-check.ts`, `provider-service.ts`. */
const STAND_IN: readonly MessageTemplate[] = [
  ["machine-type", "Unknown machine type", `Apex's catalogue has no "{value}" for {attribute}.{...}`],
  // What only the real provider can do.
  [
    "missing-provider",
    "State too old",
    "The state of {type} is in the form that Terraform 0.11 wrote. {...}",
    { why: "state" },
  ],
  [
    "missing-provider",
    "Move between resource types not supported",
    "The stand-in provider cannot move {from} to {to}; plan this with the real provider.",
    { why: "move" },
  ],
  [
    "provider-bug",
    "Stand-in provider failed",
    "The stand-in provider could not answer {call}: {...}",
    { why: "stand-in" },
  ],
];

/** A body against its schema. */
export const SCHEMA_MESSAGES: readonly MessageTemplate[] = [...CORE, ...SDK, ...FRAMEWORK, ...STAND_IN];
