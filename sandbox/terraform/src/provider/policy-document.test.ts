import { describe, expect, test } from "vitest";
import { UNKNOWN, type Value } from "./dynamic-value.ts";
import { renderPolicyDocument } from "./policy-document.ts";

function json(config: Readonly<Record<string, Value>>): unknown {
  const { values, isExact } = renderPolicyDocument(config);
  expect(isExact).toBe(true);
  return JSON.parse(values["minified_json"] as string);
}

describe("the policy document follows from its configuration", () => {
  test("one action is a text, several are a list; IAM's own interpolation is unescaped", () => {
    const statement = [
      {
        sid: "Read",
        effect: null,
        actions: ["s3:GetObject"],
        resources: ["arn:aws:s3:::b/&{aws:username}", "arn:aws:s3:::b"],
        principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }],
        condition: [{ test: "StringEquals", variable: "aws:x", values: ["1"] }],
      },
    ];
    expect(json({ statement })).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Action: "s3:GetObject",
          // oxlint-disable-next-line no-template-curly-in-string -- IAM's variable
          Resource: ["arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b"],
          Principal: { Service: "ec2.amazonaws.com" },
          Condition: { StringEquals: { "aws:x": "1" } },
        },
      ],
    });
  });

  test("everyone is a star, and an overriding statement replaces the one of its Sid", () => {
    const source = '{"Statement":[{"Sid":"A","Effect":"Allow"},{"Effect":"Deny"}]}';
    const override = '{"Statement":{"Sid":"A","Effect":"Deny"}}';
    const principals = [{ type: "*", identifiers: ["*"] }];
    expect(
      json({
        source_policy_documents: [source],
        override_policy_documents: [override],
        statement: [{ principals }],
      }),
    ).toMatchObject({
      Statement: [{ Sid: "A", Effect: "Deny" }, { Effect: "Deny" }, { Effect: "Allow", Principal: "*" }],
    });
  });

  test("what is not known, or no JSON, is not guessed", () => {
    expect(renderPolicyDocument({ statement: UNKNOWN }).isExact).toBe(false);
    expect(renderPolicyDocument({ source_policy_documents: ["{"] }).isExact).toBe(false);
  });
});
