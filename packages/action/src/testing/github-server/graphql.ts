import { readFileSync } from "node:fs";
import { buildSchema, execute, GraphQLError, parse, validate } from "graphql";
import { z } from "zod";
import type { Actor, Answer } from "./call.ts";
import type { Violation } from "./check-call.ts";

/** What GitHub's published GraphQL schema says: `scripts/prune-graphql.ts` makes the file. */
const schema = buildSchema(
  readFileSync(new URL("../../../graphql/github.generated.graphql", import.meta.url), "utf8"),
);

const Body = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullable().optional(),
  operationName: z.string().nullable().optional(),
});

/** What is answered to a query, and where it or the answer is not what the schema says. */
interface GraphqlAnswer {
  readonly answer: Answer;
  readonly violations: readonly Violation[];
}

/** Answers a query of GraphQL. What the schema does not allow is told as GitHub tells it: with status 200 and errors for data. */
export async function answerGraphql(operation: string, sent: unknown, actor: Actor): Promise<GraphqlAnswer> {
  const body = Body.safeParse(sent);
  if (!body.success) {
    const message = "A query attribute must be specified and must be a string.";
    const violations = body.error.issues.map(({ path, message: reason }) =>
      violation(operation, { side: "request", path: ["body", ...path].join("/"), reason }),
    );
    return { answer: { status: 400, body: { message } }, violations };
  }
  const { query, variables, operationName } = body.data;
  const document = parsed(query);
  const errors = document instanceof GraphQLError ? [document] : validate(schema, document);
  if (document instanceof GraphQLError || errors.length > 0) {
    return { answer: { status: 200, body: { errors } }, violations: told(operation, "request", errors) };
  }
  const rootValue = { viewer: { login: actor.login } };
  const result = await execute({ schema, document, rootValue, variableValues: variables, operationName });
  return {
    answer: { status: 200, body: result },
    violations: told(operation, "response", result.errors ?? []),
  };
}

function parsed(query: string): ReturnType<typeof parse> | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function told(
  operation: string,
  side: Violation["side"],
  errors: readonly GraphQLError[],
): readonly Violation[] {
  return errors.map(({ message, path }) =>
    violation(operation, { side, path: path?.join("/") ?? "body/query", reason: message }),
  );
}

function violation(operation: string, rest: Omit<Violation, "operation">): Violation {
  return { operation, ...rest };
}
