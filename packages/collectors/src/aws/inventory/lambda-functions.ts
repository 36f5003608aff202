import {
  type FunctionConfiguration,
  LambdaClient,
  type LambdaServiceException,
  ListTagsCommand,
  paginateListFunctions,
  paginateListProvisionedConcurrencyConfigs,
  type ProvisionedConcurrencyConfigListItem,
} from "@aws-sdk/client-lambda";
import { type Collected, formatInstant, type JsonObject, parseInstant } from "@apex/core";
import { awsAttributes, awsResource, type FoundResource } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { optionalEach } from "../optional-each.ts";
import { callsOf } from "./calls-of.ts";
import { lifeCycle } from "./life-cycle.ts";

const call = callsOf("lambda");

const FUNCTIONS = call("ListFunctions");
const TAGS = call("ListTags");
const PROVISIONED = call("ListProvisionedConcurrencyConfigs");

/** Functions and the concurrency that is provisioned for them. What their environment holds is not taken: it may be secret. */
export const lambdaFunctions: AwsService = {
  name: "lambda-functions",
  title: "Lambda functions",
  calls: [FUNCTIONS, TAGS, PROVISIONED],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(LambdaClient);
  for await (const { Functions = [] } of paginateListFunctions({ client, stopOnSameToken: true }, {})) {
    const arns = Functions.flatMap(({ FunctionArn }) => FunctionArn ?? []);
    const tags = await optionalEach(
      session,
      { call: TAGS, cost: "without it the tags of functions are not known" },
      arns,
      async (arn) => (await client.send(new ListTagsCommand({ Resource: arn }))).Tags ?? {},
    );
    const provisioned = await optionalEach(
      session,
      { call: PROVISIONED, cost: "without it the concurrency that is paid for in advance is not known" },
      arns,
      (arn) => provisionedOf(client, arn),
    );
    for (const diagnostic of [...tags.diagnostics, ...provisioned.diagnostics])
      yield { kind: "diagnostic", diagnostic };
    for (const fn of Functions) {
      const arn = fn.FunctionArn ?? "";
      const configs = provisioned.answers.get(arn);
      for (const found of [
        foundFunction(fn, tags.answers.get(arn), configs),
        ...(configs ?? []).map(foundConfig),
      ]) {
        const resource = awsResource(session, found);
        if (resource !== undefined) yield { kind: "resource", resource };
      }
    }
  }
}

async function provisionedOf(
  client: LambdaClient,
  arn: string,
): Promise<readonly ProvisionedConcurrencyConfigListItem[]> {
  const configs: ProvisionedConcurrencyConfigListItem[] = [];
  const pages = paginateListProvisionedConcurrencyConfigs(
    { client, stopOnSameToken: true },
    { FunctionName: arn },
  );
  try {
    for await (const { ProvisionedConcurrencyConfigs = [] } of pages)
      configs.push(...ProvisionedConcurrencyConfigs);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return configs;
}

/** A function that was deleted since it was listed has nothing provisioned. */
function isNotFound(error: unknown): boolean {
  return (
    error instanceof Error && (error as Partial<LambdaServiceException>).$metadata?.httpStatusCode === 404
  );
}

function foundFunction(
  fn: FunctionConfiguration,
  tags: Readonly<Record<string, string>> | undefined,
  configs: readonly ProvisionedConcurrencyConfigListItem[] | undefined,
): FoundResource {
  const modifiedMs =
    fn.LastModified === undefined ? undefined : parseInstant(fn.LastModified.replace(/\+0000$/, "Z"));
  const provisioned = configs?.reduce(
    (sum, { RequestedProvisionedConcurrentExecutions: count = 0 }) => sum + count,
    0,
  );
  return {
    type: "aws_lambda_function",
    attributes: functionAttributes(fn, tags),
    observed: {
      ...lifeCycle(undefined, fn.State),
      ...(fn.PackageType === "Image" && fn.Architectures !== undefined
        ? { imageArchitectures: fn.Architectures }
        : {}),
      details: awsAttributes({
        last_modified: modifiedMs === undefined ? undefined : formatInstant(modifiedMs),
        provisioned_concurrent_executions: provisioned,
      }),
    },
  };
}

function functionAttributes(
  fn: FunctionConfiguration,
  tags: Readonly<Record<string, string>> | undefined,
): JsonObject {
  return awsAttributes({
    id: fn.FunctionName,
    function_name: fn.FunctionName,
    arn: fn.FunctionArn,
    memory_size: fn.MemorySize,
    timeout: fn.Timeout,
    architectures: fn.Architectures,
    runtime: fn.Runtime,
    package_type: fn.PackageType,
    source_code_size: fn.CodeSize,
    ephemeral_storage:
      fn.EphemeralStorage === undefined ? undefined : [awsAttributes({ size: fn.EphemeralStorage.Size })],
    snap_start: fn.SnapStart === undefined ? undefined : [awsAttributes({ apply_on: fn.SnapStart.ApplyOn })],
    layers: (fn.Layers ?? []).flatMap(({ Arn }) => Arn ?? []),
    tags,
  });
}

function foundConfig(config: ProvisionedConcurrencyConfigListItem): FoundResource {
  // arn:aws:lambda:eu-west-1:123456789012:function:resize:live
  const [name, qualifier] = (config.FunctionArn ?? "").split(":").slice(6);
  return {
    type: "aws_lambda_provisioned_concurrency_config",
    attributes: awsAttributes({
      id: name === undefined || qualifier === undefined ? undefined : `${name},${qualifier}`,
      function_name: name,
      qualifier,
      provisioned_concurrent_executions: config.RequestedProvisionedConcurrentExecutions,
    }),
    observed: lifeCycle(undefined, config.Status),
  };
}
