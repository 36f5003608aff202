import type { MessageTemplate } from "../message-template.ts";

const KEY = "The given key does not identify an element in this collection value";

/** Indices that a value does not have. Sources: hcl v2.23, `ops.go`; terraform v1.11, `configs/configschema`. */
const INDICES: readonly MessageTemplate[] = [
  ["invalid-index", "Invalid index", `${KEY}: the collection has no elements.`, { why: "empty" }],
  [
    "invalid-index",
    "Invalid index",
    `${KEY}: the given index is greater than or equal to the length of the collection.`,
    { why: "too-large" },
  ],
  [
    "invalid-index",
    "Invalid index",
    `${KEY}: a negative number is not a valid index for a sequence.`,
    { why: "negative" },
  ],
  ["invalid-index", "Invalid index", [`${KEY}.{...}`, `${KEY}: {reason...}.`], { why: "key" }],
  ["invalid-index", "Invalid index", "Can't use a null value as an indexing key.", { why: "null" }],
  [
    "invalid-index",
    "Invalid index",
    "Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set.",
    { why: "set" },
  ],
  ["invalid-index", "Invalid index", "This value does not have any indices.", { why: "none" }],
  [
    "invalid-index",
    "Missing map element",
    'This map does not have an element with the key "{name}".',
    { why: "key" },
  ],
  [
    "invalid-index",
    "Cannot index a set value",
    'Block type "{block}" is represented by a set of objects, and set elements do not have addressable keys.{...}',
    { why: "block-set" },
  ],
  [
    "invalid-index",
    "Invalid operation",
    'Block type "{block}" is represented by a list of objects, so it must be indexed using a numeric key, like {...}.',
    { why: "block-list" },
  ],
  [
    "invalid-index",
    "Invalid operation",
    "Only attribute access is allowed here, using the dot operator.",
    { why: "dot" },
  ],
  [
    "invalid-index",
    "Invalid index operation",
    [
      'Only attribute access is allowed here. Did you mean to access attribute "{name}" using the dot operator?',
      "Only attribute access is allowed here, using the dot operator.",
    ],
    { why: "dot" },
  ],
];

/** Expressions that can be read and have no value. Source: hcl v2.23, `hclsyntax`. */
const VALUES: readonly MessageTemplate[] = [
  [
    "invalid-expression",
    "Invalid operand",
    "Unsuitable value for {operand} operand: {reason...}.",
    { why: "operand" },
  ],
  ["invalid-expression", "Operation failed", "Error during operation: {reason...}.", { why: "operation" }],
  [
    "invalid-expression",
    "Inconsistent conditional result types",
    [
      "The true and false result expressions must have consistent types. {reason...}.",
      "The true result value has the wrong type: {reason...}.",
      "The false result value has the wrong type: {reason...}.",
    ],
    { why: "conditional-types" },
  ],
  [
    "invalid-expression",
    "Null condition",
    "The condition value is null. Conditions must either be true or false.",
    { why: "null-condition" },
  ],
  [
    "invalid-expression",
    "Incorrect condition type",
    "The condition expression must be of type bool.",
    { why: "condition-type" },
  ],
  ["invalid-expression", "Null value as key", "Can't use a null value as a key.", { why: "object-key" }],
  [
    "invalid-expression",
    "Incorrect key type",
    "Can't use this value as a key: {reason...}.",
    { why: "object-key" },
  ],
  [
    "invalid-expression",
    "Ambiguous attribute key",
    "If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a literal name containing periods, wrap it in quotes to create a string literal.",
    { why: "ambiguous-key" },
  ],
  [
    "invalid-expression",
    "Iteration over null value",
    "A null value cannot be used as the collection in a 'for' expression.",
    { why: "for-collection" },
  ],
  [
    "invalid-expression",
    "Iteration over non-iterable value",
    "A value of type {type...} cannot be used as the collection in a 'for' expression.",
    { why: "for-collection" },
  ],
  [
    "invalid-expression",
    "Condition is null",
    "The value of the 'if' clause must not be null.",
    { why: "for-condition" },
  ],
  [
    "invalid-expression",
    "Invalid 'for' condition",
    ["The value of the 'if' clause must not be null.", "The 'if' clause value is invalid: {reason...}."],
    { why: "for-condition" },
  ],
  [
    "invalid-expression",
    "Invalid object key",
    [
      "Key expression in 'for' expression must not produce a null value.",
      "The key expression produced an invalid result: {reason...}.",
    ],
    { why: "object-key" },
  ],
  [
    "invalid-expression",
    "Duplicate object key",
    `Two different items produced the key "{key}" in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.`,
    { why: "duplicate-key" },
  ],
  [
    "invalid-expression",
    "Splat of null value",
    "Splat expressions (with the * symbol) cannot be applied to null sequences.",
    { why: "null" },
  ],
  [
    "invalid-expression",
    "Invalid template interpolation value",
    [
      "The expression result is null. Cannot include a null value in a string template.",
      "An iteration result is null. Cannot include a null value in a string template.",
    ],
    { why: "template-null" },
  ],
  [
    "invalid-expression",
    "Invalid template interpolation value",
    [
      "Cannot include the given value in a string template: {reason...}.",
      "Cannot include one of the interpolation results into the string template: {reason...}.",
    ],
    { why: "template-type" },
  ],
  [
    "invalid-expression",
    "Attempt to index null value",
    "This value is null, so it does not have any indices.",
    { why: "null" },
  ],
  [
    "invalid-expression",
    "Attempt to get attribute from null value",
    "This value is null, so it does not have any attributes.",
    { why: "null" },
  ],
  [
    "invalid-expression",
    "Function calls not allowed",
    "Functions may not be called here.",
    { why: "static" },
  ],
  [
    "invalid-expression",
    "Invalid expression",
    [
      "A static list expression is required.",
      "A static map expression is required.",
      "A static function call is required.",
    ],
    { why: "static" },
  ],
  [
    "invalid-expression",
    "Invalid error message",
    "Unsuitable value for error message: {reason...}.",
    { why: "error-message" },
  ],
  [
    "invalid-expression",
    "Error message refers to sensitive values",
    "The error expression used to explain this condition refers to sensitive values{...}",
    { why: "error-message" },
  ],
  [
    "invalid-expression",
    "Invalid variable validation condition",
    'The condition for variable "{name}" must refer to var.{...} in order to test incoming values.',
    { why: "condition-reference" },
  ],
  [
    "invalid-expression",
    "Invalid {block} expression",
    "The condition expression must refer to at least one object from elsewhere in the configuration, or else its result would not be checking anything.",
    { why: "condition-reference" },
  ],
  [
    "invalid-expression",
    "Invalid condition result",
    [
      "Condition expression must return either true or false, not null.",
      "Invalid condition result value: {reason...}.",
    ],
    { why: "condition-type" },
  ],
  [
    "invalid-expression",
    "Invalid variable validation result",
    [
      "Validation condition expression must return either true or false, not null.",
      "Invalid validation condition result value: {reason...}.",
    ],
    { why: "condition-type" },
  ],
];

/** A division by zero is found only when its result is stored. Source: terraform v1.11, `states/statefile`. */
const INFINITY: readonly MessageTemplate[] = [
  [
    "invalid-expression",
    "Failed to write plan file",
    'The plan file could not be written: failed to write state snapshot: Failed to serialize output value in state: An error occured while serializing output value "{name}": cannot serialize infinity as JSON.{...}',
    { why: "infinity" },
  ],
];

/** Expressions that have no value. */
export const EXPRESSION_MESSAGES: readonly MessageTemplate[] = [...INDICES, ...VALUES, ...INFINITY];
