import { describe, expect, test } from "vitest";
import { bundledSchemaPack } from "../schema/bundled-schema-packs.ts";
import {
  type DynamicValue,
  decodeValue,
  encodeValue,
  isObjectValue,
  type ObjectValue,
  UNKNOWN,
} from "./dynamic-value.ts";
import { ProviderService, type Request } from "./provider-service.ts";
import { createRunContext, ProviderSession, type RunContext } from "./provider-session.ts";
import { emptyBlock } from "./raw-state.ts";

const AWS = bundledSchemaPack("aws")!;

function blank(type: string, values: ObjectValue): ObjectValue {
  return { ...emptyBlock(AWS.resourceSchema(type)!.block), ...values };
}

/** Calls one method as the server does; the answer's values decoded. */
function call(method: string, request: Partial<Request>, run: Partial<RunContext> = {}) {
  const service = new ProviderService(AWS, new ProviderSession(createRunContext(run)));
  const answer = service.methods[method]!({ type_name: "aws_ebs_volume", ...request }) as Record<
    string,
    unknown
  >;
  const decoded = Object.entries(answer).map(([name, value]) => [
    name,
    typeof value === "object" && value !== null && "msgpack" in value
      ? decodeValue(value as DynamicValue)
      : value,
  ]);
  return Object.fromEntries(decoded) as Record<string, unknown>;
}

function object(value: unknown): ObjectValue {
  const given = value as ObjectValue;
  expect(isObjectValue(given)).toBe(true);
  return given;
}

describe("GetSchema", () => {
  test("serves used types whole, others by name, and no schema older than the state", () => {
    const answer = call(
      "GetSchema",
      {},
      { usedTypes: new Set(["aws_ebs_volume"]), schemaVersions: new Map([["aws_ebs_volume", 3]]) },
    ) as { resource_schemas: Record<string, { version: number; block: { attributes: object[] } }> };
    expect(answer.resource_schemas["aws_ebs_volume"]?.version).toBe(3);
    expect(answer.resource_schemas["aws_ebs_volume"]?.block.attributes.length).toBeGreaterThan(10);
    expect(answer.resource_schemas["aws_instance"]?.block.attributes).toEqual([]);
    expect(Object.keys(answer.resource_schemas)).toEqual(AWS.resourceTypes());
  });
});

describe("UpgradeResourceState", () => {
  test("brings any version of a stored resource into the current schema", () => {
    const json = Buffer.from('{"id":"vol-1","size":100,"throughput":0.5,"no_longer":true}');
    const { upgraded_state: state } = call("UpgradeResourceState", { raw_state: { json } });
    expect(state).toEqual(blank("aws_ebs_volume", { id: "vol-1", size: 100, throughput: "0.5" }));
  });

  test("explains what to do with the form of Terraform 0.11", () => {
    const answer = call("UpgradeResourceState", { raw_state: { flatmap: { id: "vol-1" } } });
    expect(answer["diagnostics"]).toMatchObject([{ severity: "ERROR", summary: "State too old" }]);
  });
});

describe("PlanResourceChange and ApplyResourceChange", () => {
  const config = blank("aws_ebs_volume", { availability_zone: "eu-west-1a", size: 100 });

  test("plan unknown values that apply fills with well-formed, repeatable ones", () => {
    const { planned_state: planned } = call("PlanResourceChange", {
      config: encodeValue(config),
      prior_state: encodeValue(null),
    });
    expect(object(planned)).toMatchObject({ size: 100, id: UNKNOWN, arn: UNKNOWN, type: UNKNOWN });
    const apply = () =>
      object(call("ApplyResourceChange", { planned_state: encodeValue(object(planned)) })["new_state"]);
    expect(apply()).toEqual(apply());
    expect(apply()["id"]).toMatch(/^vol-[0-9a-f]{17}$/);
    expect(apply()["arn"]).toMatch(/^arn:aws:ebs:us-east-1:000000000000:vol-/);
  });

  test("name the attributes that force a replacement", () => {
    const prior = { ...config, id: "vol-1", availability_zone: "eu-west-1b" };
    const answer = call("PlanResourceChange", {
      config: encodeValue(config),
      prior_state: encodeValue(prior),
    });
    expect(answer["requires_replace"]).toEqual([{ steps: [{ attribute_name: "availability_zone" }] }]);
  });

  test("end in nothing for a resource that goes", () => {
    expect(call("PlanResourceChange", { config: encodeValue(null) })["planned_state"]).toBeNull();
    expect(call("ApplyResourceChange", { planned_state: encodeValue(null) })["new_state"]).toBeNull();
  });
});

test("ReadResource gives back what it was sent, byte for byte", () => {
  const state = encodeValue(blank("aws_ebs_volume", { id: "vol-1" }));
  const service = new ProviderService(AWS, new ProviderSession(createRunContext()));
  const secret = new Uint8Array([1, 2, 3]);
  const answer = service.methods["ReadResource"]!({
    type_name: "aws_ebs_volume",
    current_state: state,
    private: secret,
  });
  expect(answer).toEqual({ new_state: state, private: secret });
});

test("ImportResourceState knows the id alone; MoveResourceState moves within a type only", () => {
  const imported = call("ImportResourceState", { id: "vol-9" }) as unknown as {
    imported_resources: { state: { msgpack: Uint8Array } }[];
  };
  expect(decodeValue(imported.imported_resources[0]?.state)).toEqual(
    blank("aws_ebs_volume", { id: "vol-9" }),
  );
  const json = Buffer.from('{"id":"vol-1"}');
  const move = (from: string) =>
    call("MoveResourceState", {
      source_type_name: from,
      target_type_name: "aws_ebs_volume",
      source_state: { json },
    });
  expect(move("aws_ebs_volume")["target_state"]).toMatchObject({ id: "vol-1" });
  expect(move("aws_instance")["diagnostics"]).toMatchObject([{ severity: "ERROR" }]);
});

test("an attribute that only the provider decides cannot be configured, in blocks either", () => {
  const config = blank("aws_instance", {
    arn: "arn:x",
    root_block_device: [{ volume_id: "vol-1" }],
    ami: UNKNOWN,
  });
  const answer = call("ValidateResourceTypeConfig", {
    type_name: "aws_instance",
    config: encodeValue(config),
  });
  expect(answer["diagnostics"]).toMatchObject([
    { summary: "Value for unconfigurable attribute", attribute: { steps: [{ attribute_name: "arn" }] } },
    {
      attribute: {
        steps: [
          { attribute_name: "root_block_device" },
          { element_key_int: 0 },
          { attribute_name: "volume_id" },
        ],
      },
    },
  ]);
});

test("sessions do not share what Configure sets", () => {
  const run = createRunContext();
  const services = ["eu-west-1", "us-west-2"].map((region) => {
    const service = new ProviderService(AWS, new ProviderSession(run));
    service.methods["Configure"]!({ type_name: "", config: encodeValue({ region }) });
    return service;
  });
  const regions = services.map((service) => {
    const config = encodeValue(emptyBlock(AWS.dataSourceSchema("aws_region")!.block));
    const answer = service.methods["ReadDataSource"]!({ type_name: "aws_region", config });
    return object(decodeValue((answer as { state: { msgpack: Uint8Array } }).state))["name"];
  });
  expect(regions).toEqual(["eu-west-1", "us-west-2"]);
});
