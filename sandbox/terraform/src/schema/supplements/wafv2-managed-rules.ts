import {
  anyNumber,
  atMostOne,
  defaulted,
  exactlyOne,
  limited,
  optional,
  required,
} from "./schema-builders.ts";
import { body } from "./schema-builders.ts";
import type { BlockTypeSchema } from "@apex/core";

/* The settings of AWS's own rule groups, as documented for aws_wafv2_web_acl. */

const nameValue = body({ name: required("string"), value: required("string") });

const customRequestHandling = atMostOne(
  {},
  {
    custom_request_handling: atMostOne(
      {},
      { insert_header: { nesting_mode: "set", block: nameValue, min_items: 1 } },
    ),
  },
);

const blockAction = atMostOne(
  {},
  {
    custom_response: atMostOne(
      { custom_response_body_key: optional("string"), response_code: required("number") },
      { response_header: { nesting_mode: "set", block: nameValue } },
    ),
  },
);

/** Another action for one rule of a group. */
export const ruleActionOverride: BlockTypeSchema = limited(
  anyNumber(
    { name: required("string") },
    {
      action_to_use: exactlyOne(
        {},
        {
          allow: customRequestHandling,
          block: blockAction,
          captcha: customRequestHandling,
          challenge: customRequestHandling,
          count: customRequestHandling,
        },
      ),
    },
  ),
  { max_items: 100 },
);

const strings = ["set", "string"] as const;
const codes = ["set", "number"] as const;
const field = atMostOne({ identifier: required("string") });
const requiredField = exactlyOne({ identifier: required("string") });
const fields = atMostOne({ identifiers: required(["list", "string"]) });

const responseInspection = atMostOne(
  {},
  {
    body_contains: atMostOne({ failure_strings: required(strings), success_strings: required(strings) }),
    header: atMostOne({
      failure_values: required(strings),
      name: required("string"),
      success_values: required(strings),
    }),
    json: atMostOne({
      failure_values: required(strings),
      identifier: required("string"),
      success_values: required(strings),
    }),
    status_code: atMostOne({ failure_codes: required(codes), success_codes: required(codes) }),
  },
);

const accountCreation = atMostOne(
  {
    creation_path: required("string"),
    enable_regex_in_path: defaulted("bool"),
    registration_page_path: required("string"),
  },
  {
    request_inspection: exactlyOne(
      { payload_type: required("string") },
      {
        address_fields: fields,
        email_field: field,
        password_field: field,
        phone_number_fields: fields,
        username_field: field,
      },
    ),
    response_inspection: responseInspection,
  },
);

const accountTakeover = atMostOne(
  { enable_regex_in_path: defaulted("bool"), login_path: required("string") },
  {
    request_inspection: atMostOne(
      { payload_type: required("string") },
      { password_field: requiredField, username_field: requiredField },
    ),
    response_inspection: responseInspection,
  },
);

const antiDdos = atMostOne(
  { sensitivity_to_block: optional("string") },
  {
    client_side_action_config: exactlyOne(
      {},
      {
        challenge: exactlyOne(
          { sensitivity: optional("string"), usage_of_action: required("string") },
          {
            exempt_uri_regular_expression: limited(anyNumber({ regex_string: optional("string") }), {
              max_items: 5,
            }),
          },
        ),
      },
    ),
  },
);

/** Settings of one managed rule group. */
export const managedRuleGroupConfigs: BlockTypeSchema = anyNumber(
  { login_path: optional("string"), payload_type: optional("string") },
  {
    aws_managed_rules_acfp_rule_set: accountCreation,
    aws_managed_rules_anti_ddos_rule_set: antiDdos,
    aws_managed_rules_atp_rule_set: accountTakeover,
    aws_managed_rules_bot_control_rule_set: atMostOne({
      enable_machine_learning: defaulted("bool"),
      inspection_level: required("string"),
    }),
    password_field: field,
    username_field: field,
  },
);
