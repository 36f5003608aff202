import { expect, it } from "vitest";
import { bundledSchemas } from "./bundled-schemas.ts";

it("looks types up in the provider that they are named after", () => {
  const schemas = bundledSchemas();
  expect(schemas.resource("aws_instance")?.block.attributes?.["instance_type"]).toBeDefined();
  expect(schemas.resource("google_compute_instance")?.block.attributes?.["machine_type"]).toBeDefined();
  expect(schemas.dataSource("aws_ami")?.block.attributes?.["most_recent"]).toBeDefined();
  expect(schemas.provider("aws")?.block.attributes?.["region"]).toBeDefined();
  expect(schemas.resource("aws_instanse")).toBeUndefined();
  expect(schemas.resource("constructor")).toBeUndefined();
  expect(schemas.provider("../aws")).toBeUndefined();
});

it("lists every type once, sorted, that it has a schema of", () => {
  const schemas = bundledSchemas();
  for (const [types, look] of [
    [schemas.resourceTypes(), (type: string) => schemas.resource(type)],
    [schemas.dataSourceTypes(), (type: string) => schemas.dataSource(type)],
  ] as const) {
    expect(types.length).toBeGreaterThan(900);
    expect(types).toEqual([...new Set(types)].toSorted());
    // Reading all of them would decompress every chunk.
    for (const type of types.filter((_, index) => index % 100 === 0)) expect(look(type)).toBeDefined();
  }
});
