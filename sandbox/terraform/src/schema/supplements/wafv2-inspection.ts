import type { BlockTypeSchema } from "@apex/core";
import {
  anyNumber,
  atMostOne,
  body,
  defaulted,
  exactlyOne,
  limited,
  optional,
  required,
} from "./schema-builders.ts";

/*
 * What a WAF statement looks at. Names and nesting as documented for aws_wafv2_web_acl
 * (https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs/resources/wafv2_web_acl#statement-block).
 */

/** A block whose presence says it all. */
const empty = atMostOne({});

export const textTransformation: BlockTypeSchema = {
  nesting_mode: "set",
  block: body({ priority: required("number"), type: required("string") }),
  min_items: 1,
};

const named = atMostOne({ name: required("string") });
const fingerprint = atMostOne({ fallback_behavior: required("string") });
const oversizeHandling = optional("string");

const cookies = atMostOne(
  { match_scope: required("string"), oversize_handling: required("string") },
  {
    match_pattern: limited(
      anyNumber(
        { excluded_cookies: optional(["list", "string"]), included_cookies: optional(["list", "string"]) },
        { all: empty },
      ),
      { min_items: 1 },
    ),
  },
);

const headers = anyNumber(
  { match_scope: required("string"), oversize_handling: required("string") },
  {
    match_pattern: exactlyOne(
      { excluded_headers: optional(["list", "string"]), included_headers: optional(["list", "string"]) },
      { all: empty },
    ),
  },
);

const jsonBody = atMostOne(
  {
    invalid_fallback_behavior: optional("string"),
    match_scope: required("string"),
    oversize_handling: oversizeHandling,
  },
  { match_pattern: exactlyOne({ included_paths: optional(["list", "string"]) }, { all: empty }) },
);

/** The part of a request that a statement inspects. */
export const fieldToMatch = atMostOne(
  {},
  {
    all_query_arguments: empty,
    body: atMostOne({ oversize_handling: oversizeHandling }),
    cookies,
    header_order: anyNumber({ oversize_handling: required("string") }),
    headers,
    ja3_fingerprint: fingerprint,
    ja4_fingerprint: fingerprint,
    json_body: jsonBody,
    method: empty,
    query_string: empty,
    single_header: named,
    single_query_argument: named,
    uri_fragment: atMostOne({ fallback_behavior: defaulted("string") }),
    uri_path: empty,
  },
);

export const forwardedIpConfig = atMostOne({
  fallback_behavior: required("string"),
  header_name: required("string"),
});

const keyed = atMostOne({ name: required("string") }, { text_transformation: textTransformation });
const whole = atMostOne({}, { text_transformation: textTransformation });

/** How a rate-based statement groups requests. At most five keys; a written key list is never empty. */
export const customKey = limited(
  anyNumber(
    {},
    {
      asn: empty,
      cookie: keyed,
      forwarded_ip: empty,
      header: keyed,
      http_method: empty,
      ip: empty,
      ja3_fingerprint: fingerprint,
      ja4_fingerprint: fingerprint,
      label_namespace: atMostOne({ namespace: required("string") }),
      query_argument: keyed,
      query_string: whole,
      uri_path: whole,
    },
  ),
  { max_items: 5 },
);
