import type { TerraformPlan } from "@apex/core";
import { expect, test } from "vitest";
import { withoutSecrets } from "./without-secrets.ts";

test("what prices read stays, and nothing that may be secret", () => {
  const values = {
    instance_class: "db.m5.large",
    allocated_storage: 100,
    password: "hunter2",
    master_password: "hunter2",
    user_data: "export TOKEN=hunter2",
    manage_master_user_password: true,
    policy: "x".repeat(513),
    environment: [{ variables: { KEY: "hunter2" } }],
    nested: [{ auth_token: "hunter2", volume_size: 8 }],
  };
  const plan: TerraformPlan = {
    terraformVersion: "1.11.4",
    resources: [
      {
        address: "aws_db_instance.a",
        mode: "managed",
        type: "aws_db_instance",
        name: "a",
        providerName: "registry.terraform.io/hashicorp/aws",
        actions: ["update"],
        before: values,
        after: values,
        afterUnknown: {},
        changedAttributes: [],
      },
    ],
    outputs: { key: { actions: ["no-op"], after: "hunter2", afterUnknown: false, isSensitive: false } },
  };
  const cleaned = withoutSecrets(plan);
  expect(JSON.stringify(cleaned)).not.toContain("hunter2");
  expect(cleaned.resources[0]?.before).toEqual(cleaned.resources[0]?.after);
  expect(cleaned.resources[0]?.after).toEqual({
    instance_class: "db.m5.large",
    allocated_storage: 100,
    manage_master_user_password: true,
    policy: null,
    nested: [{ volume_size: 8 }],
  });
});
