import {
  buildSchema,
  type DefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  print,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** The fields that documents select, by the name of the type that has them. */
type SelectedFields = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Keeps of a schema (SDL) the fields that the documents select, with their arguments and whatever types those have; prose and
 * directives go. Throws where a document is not what the schema says, or selects of an interface or a union.
 */
export function pruneSchema(sdl: string, documents: readonly string[]): string {
  // Parts of the published schema that are of no matter here define a field twice or deprecate one of an interface: it is not valid.
  const schema = buildSchema(sdl, { assumeValid: true, assumeValidSDL: true });
  const selected = selectedFields(schema, documents);
  const names = [...reachedTypes(schema, selected)].toSorted();
  return names.map((name) => print(prunedDefinition(schema, name, selected))).join("\n\n");
}

function selectedFields(schema: GraphQLSchema, documents: readonly string[]): SelectedFields {
  const selected = new Map<string, Set<string>>();
  for (const source of documents) {
    const document = parse(source);
    const [error] = validate(schema, document);
    if (error !== undefined) throw new Error(`the schema does not allow ${source}: ${error.message}`);
    const types = new TypeInfo(schema);
    const Field = () => {
      const [parent, field] = [types.getParentType(), types.getFieldDef()];
      if (parent === null || parent === undefined || field === null || field === undefined) return;
      if (!isObjectType(parent)) throw new Error(`${source} selects of ${parent.name}, which is no object`);
      selected.set(parent.name, (selected.get(parent.name) ?? new Set()).add(field.name));
    };
    visit(document, visitWithTypeInfo(types, { Field }));
  }
  return selected;
}

/** The types that have selected fields, those of the fields and of all that can be passed to them. */
function reachedTypes(schema: GraphQLSchema, selected: SelectedFields): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending: GraphQLNamedType[] = [];
  for (const [name, fields] of selected) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`the schema has no object ${name}`);
    pending.push(type);
    for (const field of Object.values(type.getFields()).filter((each) => fields.has(each.name))) {
      pending.push(getNamedType(field.type), ...field.args.map((argument) => getNamedType(argument.type)));
    }
  }
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (reached.has(type.name) || isSpecifiedScalarType(type)) continue;
    reached.add(type.name);
    if (!isInputObjectType(type)) continue;
    pending.push(...Object.values(type.getFields()).map((field) => getNamedType(field.type)));
  }
  return reached;
}

function prunedDefinition(schema: GraphQLSchema, name: string, selected: SelectedFields): DefinitionNode {
  const node = schema.getType(name)?.astNode;
  if (node === null || node === undefined) throw new Error(`the schema does not define ${name}`);
  const fields = selected.get(name);
  const bare = visit<DefinitionNode>(node, {
    enter: (each) => ({ ...each, description: undefined, directives: [] }),
  });
  if (bare.kind !== "ObjectTypeDefinition" || fields === undefined) return bare;
  return {
    ...bare,
    interfaces: [],
    fields: (bare.fields ?? []).filter((field) => fields.has(field.name.value)),
  };
}
