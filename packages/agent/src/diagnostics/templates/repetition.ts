import type { MessageTemplate } from "../message-template.ts";

const COUNT = "Invalid count argument";
const FOR_EACH = "Invalid for_each argument";
const UNSUITABLE = 'The given "for_each" argument value is unsuitable:';

/** `count`, `for_each` and `dynamic`. Sources: terraform v1.11, `eval_count.go`, `eval_for_each.go`; hcl v2.23, `ext/dynblock`. */
export const REPETITION_MESSAGES: readonly MessageTemplate[] = [
  [
    "invalid-count",
    COUNT,
    'The given "count" argument value is null. An integer is required.',
    { why: "null" },
  ],
  [
    "invalid-count",
    COUNT,
    'The given "count" argument value is unsuitable: must be greater than or equal to zero.',
    { why: "negative" },
  ],
  ["invalid-count", COUNT, 'The given "count" argument value is unsuitable: {reason...}.', { why: "type" }],
  [
    "invalid-count",
    COUNT,
    'The "count" value depends on resource attributes that cannot be determined until apply, so Terraform cannot predict how many instances will be created.{...}',
    { why: "unknown" },
  ],
  [
    "invalid-count",
    COUNT,
    [
      'The given "count" is derived from an ephemeral value,{...}',
      'The given "count" value is derived from an ephemeral value,{...}',
      "Ephemeral values, or values derived from ephemeral values, cannot be used as count arguments.{...}",
    ],
    { why: "ephemeral" },
  ],
  [
    "invalid-count",
    COUNT,
    'The given "count" value is derived from a sensitive value,{...}',
    { why: "sensitive" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    `${UNSUITABLE} the "for_each" argument must be a {...}, and you have provided a value of type {type...}.`,
    { why: "type" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    `${UNSUITABLE} the given "for_each" argument value is null.{...}`,
    { why: "null" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    [
      'The "for_each" map includes keys derived from resource attributes that cannot be determined until apply,{...}',
      'The "for_each" value depends on resource attributes that cannot be determined until apply,{...}',
    ],
    { why: "unknown", form: "map" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    [
      'The "for_each" set includes values derived from resource attributes that cannot be determined until apply,{...}',
      'The "for_each" expression includes values derived from other resource attributes that cannot be determined until apply,{...}',
    ],
    { why: "unknown", form: "set" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.",
    { why: "sensitive" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    'The given "for_each" value is derived from an ephemeral value,{...}',
    { why: "ephemeral" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    "Ephemeral values, or values derived from ephemeral values, cannot be used as for_each arguments.{...}",
    { why: "ephemeral" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    `${UNSUITABLE} "for_each" sets must not contain null values.`,
    { why: "null-element" },
  ],
  [
    "invalid-for-each",
    FOR_EACH,
    `${UNSUITABLE} "for_each" supports sets of strings, but you have provided a set containing type {type...}.`,
    { why: "set-type" },
  ],
  ["invalid-for-each", FOR_EACH, 'The "for_each" expression must be a collection.', { why: "type" }],
  [
    "invalid-for-each",
    "Invalid for_each set argument",
    `${UNSUITABLE} "for_each" sets must not contain null values.`,
    { why: "null-element" },
  ],
  [
    "invalid-for-each",
    "Invalid for_each set argument",
    `${UNSUITABLE} "for_each" supports maps and sets of strings, but you have provided a set containing type {type...}.`,
    { why: "set-type" },
  ],
  [
    "invalid-for-each",
    "Invalid dynamic for_each value",
    "Cannot use a {type...} value in for_each. An iterable collection is required.",
    { why: "type", where: "dynamic" },
  ],
  [
    "invalid-for-each",
    "Invalid dynamic for_each value",
    "Cannot use a null value in for_each.",
    { why: "null", where: "dynamic" },
  ],
  [
    "invalid-for-each",
    "Invalid dynamic iterator name",
    "Dynamic iterator must be a single variable name.",
    { why: "iterator", where: "dynamic" },
  ],
  [
    "invalid-for-each",
    "Invalid dynamic block label",
    [
      "Cannot use this value as a dynamic block label: {reason...}.",
      "Cannot use a null value as a dynamic block label.",
    ],
    { why: "label", where: "dynamic" },
  ],
  [
    "syntax",
    "Extraneous dynamic block label",
    'Blocks of type "{block}" require {count} label(s).',
    { why: "labels" },
  ],
  [
    "syntax",
    "Insufficient dynamic block labels",
    'Blocks of type "{block}" require {count} label(s).',
    { why: "labels" },
  ],
];
