import type { BlockTypeSchema } from "@apex/core";
import { anyNumber, atMostOne, exactlyOne, limited, optional, required } from "./schema-builders.ts";
import { customKey, fieldToMatch, forwardedIpConfig, textTransformation } from "./wafv2-inspection.ts";
import { managedRuleGroupConfigs, ruleActionOverride } from "./wafv2-managed-rules.ts";

/*
 * The statement of a WAF rule contains statements, to the depth of three that the provider writes out in full. The
 * cdktf packages cut it to `any`, so it is written here as documented for aws_wafv2_web_acl and aws_wafv2_rule_group.
 */
const NESTING_LEVELS = 3;

type Blocks = Readonly<Record<string, BlockTypeSchema>>;

const inspected: Blocks = { field_to_match: fieldToMatch, text_transformation: textTransformation };

/** Statements that contain no other. */
const leaves: Blocks = {
  asn_match_statement: atMostOne(
    { asn_list: required(["list", "number"]) },
    { forwarded_ip_config: forwardedIpConfig },
  ),
  byte_match_statement: atMostOne(
    { positional_constraint: required("string"), search_string: required("string") },
    inspected,
  ),
  geo_match_statement: atMostOne(
    { country_codes: required(["list", "string"]) },
    { forwarded_ip_config: forwardedIpConfig },
  ),
  ip_set_reference_statement: atMostOne(
    { arn: required("string") },
    {
      ip_set_forwarded_ip_config: atMostOne({
        fallback_behavior: required("string"),
        header_name: required("string"),
        position: required("string"),
      }),
    },
  ),
  label_match_statement: atMostOne({ key: required("string"), scope: required("string") }),
  regex_match_statement: atMostOne({ regex_string: required("string") }, inspected),
  regex_pattern_set_reference_statement: atMostOne({ arn: required("string") }, inspected),
  size_constraint_statement: atMostOne(
    { comparison_operator: required("string"), size: required("number") },
    inspected,
  ),
  sqli_match_statement: atMostOne({ sensitivity_level: optional("string") }, inspected),
  xss_match_statement: atMostOne({}, inspected),
};

/** `and`, `or` and `not` around statements, which may be combined `level - 1` times more. */
function combined(level: number): Blocks {
  const inner = level > 1 ? { ...leaves, ...combined(level - 1) } : leaves;
  const combination = atMostOne({}, { statement: limited(anyNumber({}, inner), { min_items: 1 }) });
  return { and_statement: combination, not_statement: combination, or_statement: combination };
}

const scopeDown = atMostOne({}, { ...leaves, ...combined(NESTING_LEVELS - 1) });

const rateBased = atMostOne(
  {
    aggregate_key_type: optional("string"),
    evaluation_window_sec: optional("number"),
    limit: required("number"),
  },
  { custom_key: customKey, forwarded_ip_config: forwardedIpConfig, scope_down_statement: scopeDown },
);

const common: Blocks = { ...leaves, ...combined(NESTING_LEVELS), rate_based_statement: rateBased };

/** `rule.statement` of aws_wafv2_rule_group. */
export const ruleGroupStatement: BlockTypeSchema = exactlyOne({}, common);

/** `rule.statement` of aws_wafv2_web_acl, which may also refer to rule groups. */
export const webAclStatement: BlockTypeSchema = exactlyOne(
  {},
  {
    ...common,
    managed_rule_group_statement: atMostOne(
      {
        name: required("string"),
        vendor_name: required("string"),
        version: { type: "string", optional: true, computed: true },
      },
      {
        managed_rule_group_configs: managedRuleGroupConfigs,
        rule_action_override: ruleActionOverride,
        scope_down_statement: scopeDown,
      },
    ),
    rule_group_reference_statement: atMostOne(
      { arn: required("string") },
      { rule_action_override: ruleActionOverride },
    ),
  },
);
