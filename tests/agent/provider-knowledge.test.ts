import {
  GONE_TYPES,
  REFERRING_ARGUMENTS,
  referentOf,
  VERSION_CHANGES,
  type VersionChange,
} from "@apex/agent";
import type { BlockSchema } from "@apex/core";
import { bundledSchemas } from "@apex/sandbox-terraform";
import { describe, expect, it } from "vitest";

const schemas = bundledSchemas();

/** The schema of a body as the table names it. */
function bodySchema(body: string): BlockSchema | undefined {
  const isData = body.startsWith("data.");
  const [type = "", ...inner] = (isData ? body.slice("data.".length) : body).split(".");
  const resource = isData ? schemas.dataSource(type) : schemas.resource(type);
  return inner.reduce<BlockSchema | undefined>(
    (schema, name) => schema?.block_types?.[name]?.block,
    resource?.block,
  );
}

/** Whether a configuration may hold the name as what it was. */
function canBeWritten(schema: BlockSchema, name: string, asBlock: boolean): boolean {
  const attribute = schema.attributes?.[name];
  const isArgument = attribute?.optional === true || attribute?.required === true;
  return schema.block_types?.[name] !== undefined || (!asBlock && isArgument);
}

/** What the new names of a change are, in the body and in the blocks that it has moved into. */
function targets({
  body,
  answer,
}: VersionChange): readonly { readonly body: string; readonly name: string }[] {
  switch (answer.kind) {
    case "mapped":
      return answer.to.map((name) => ({ body, name }));
    case "lifted":
      return answer.names.map((name) => ({ body, name }));
    case "nested": {
      const inner = [body, ...answer.into].join(".");
      return [answer.to, ...Object.keys(answer.beside ?? {})].map((name) => ({ body: inner, name }));
    }
    case "blocks":
      return answer.keys.map((name) => ({ body: `${body}.${answer.to}`, name }));
    case "dropped":
    case "advice":
      return [];
    default:
      return [{ body, name: answer.to }];
  }
}

/** What is written under which new name, where the table tells: an empty list stands for any. */
function writtenValues({ body, answer }: VersionChange) {
  if (answer.kind === "wrapped") return [{ body, name: answer.to, value: [] }];
  if (answer.kind === "mapped") {
    return answer.to.flatMap((name) => Object.values(answer.values).map((value) => ({ body, name, value })));
  }
  if (answer.kind !== "nested") return [];
  const inner = [body, ...answer.into].join(".");
  const beside = Object.entries(answer.beside ?? {}).map(([name, value]) => ({ body: inner, name, value }));
  const values = answer.wrap === true ? [[]] : Object.values(answer.values ?? {});
  return [...beside, ...values.map((value) => ({ body: inner, name: answer.to, value }))];
}

describe("what the table says of the providers is true of the bundled schemas", () => {
  it("has changes of both providers", () => {
    const certain = VERSION_CHANGES.filter(({ answer }) => answer.kind !== "advice");
    expect(certain.filter(({ body }) => /^(data\.)?aws_/.test(body)).length).toBeGreaterThan(60);
    expect(certain.filter(({ body }) => /^(data\.)?google_/.test(body)).length).toBeGreaterThan(25);
    expect(new Set(VERSION_CHANGES.map(({ body, from }) => `${body}#${from}`)).size).toBe(
      VERSION_CHANGES.length,
    );
  });

  it.each(VERSION_CHANGES.map((change) => [`${change.body}.${change.from}`, change] as const))(
    "%s",
    (_, change) => {
      const schema = bodySchema(change.body);
      expect(schema, "the body is there").toBeDefined();
      if (schema === undefined) return;
      expect(canBeWritten(schema, change.from, change.answer.kind === "lifted"), "the old name is not").toBe(
        false,
      );
      for (const { body, name } of targets(change)) {
        const inner = bodySchema(body);
        const isThere = inner?.attributes?.[name] !== undefined || inner?.block_types?.[name] !== undefined;
        expect(isThere, `${body}.${name} is there`).toBe(true);
      }
    },
  );

  it.each(VERSION_CHANGES.flatMap(writtenValues))(
    "$body.$name: $value fits its type",
    ({ body, name, value }) => {
      const type = bodySchema(body)?.attributes?.[name]?.type;
      const fitting = Array.isArray(value)
        ? ["list", "set"]
        : [typeof value === "boolean" ? "bool" : typeof value];
      expect(fitting).toContain(Array.isArray(type) ? type[0] : type);
    },
  );

  it.each(GONE_TYPES.map(({ type }) => type))("no %s", (type) => {
    const schema = type.startsWith("data.") ? schemas.dataSource(type.slice(5)) : schemas.resource(type);
    expect(schema).toBeUndefined();
  });
});

describe("what arguments refer to is there in the bundled schemas", () => {
  it.each(REFERRING_ARGUMENTS)("%s", (key) => {
    const [type = "", argument = ""] = key.split(".");
    const referent = referentOf(type, argument);
    expect(schemas.resource(type)?.block.attributes?.[argument]).toMatchObject({
      type: "string",
      required: true,
    });
    const target = schemas.resource(referent?.type ?? "")?.block.attributes?.[referent?.attribute ?? ""];
    expect(target).toMatchObject({ type: "string" });
  });
});
