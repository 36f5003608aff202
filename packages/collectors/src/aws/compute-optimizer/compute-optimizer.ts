import {
  ComputeOptimizerClient,
  GetAutoScalingGroupRecommendationsCommand,
  GetEBSVolumeRecommendationsCommand,
  GetEC2InstanceRecommendationsCommand,
  GetIdleRecommendationsCommand,
  GetLambdaFunctionRecommendationsCommand,
  GetRDSDatabaseRecommendationsCommand,
} from "@aws-sdk/client-compute-optimizer";
import type { Collected, Diagnostic, SecondOpinion } from "@apex/core";
import type { AwsCall, AwsService, AwsSession } from "../aws-service.ts";
import {
  databaseOpinion,
  functionOpinion,
  groupOpinion,
  idleOpinion,
  instanceOpinion,
  volumeOpinion,
} from "./opinions.ts";

/** Compute Optimizer reads what it judges with the caller's rights. Source: its user guide, "Controlling access". */
const call = (operation: string, ...reads: readonly string[]): AwsCall => ({
  service: "compute-optimizer",
  operation,
  permissions: [`compute-optimizer:${operation}`, ...reads],
});

/** A page of opinions. */
interface Page {
  readonly opinions: readonly (SecondOpinion | undefined)[];
  readonly nextToken?: string | undefined;
}

/** One of its questions. */
interface Question {
  readonly call: AwsCall;
  readonly of: string;
  ask(client: ComputeOptimizerClient, nextToken: string | undefined, nowMs: number): Promise<Page>;
}

const QUESTIONS: readonly Question[] = [
  {
    call: call("GetEC2InstanceRecommendations", "ec2:DescribeInstances"),
    of: "instances",
    async ask(client, nextToken, nowMs) {
      const page = await client.send(new GetEC2InstanceRecommendationsCommand({ nextToken }));
      return paged(page.nextToken, page.instanceRecommendations, (one) => instanceOpinion(one, nowMs));
    },
  },
  {
    call: call("GetAutoScalingGroupRecommendations", "autoscaling:DescribeAutoScalingGroups"),
    of: "groups",
    async ask(client, nextToken, nowMs) {
      const page = await client.send(new GetAutoScalingGroupRecommendationsCommand({ nextToken }));
      return paged(page.nextToken, page.autoScalingGroupRecommendations, (one) => groupOpinion(one, nowMs));
    },
  },
  {
    call: call("GetEBSVolumeRecommendations", "ec2:DescribeVolumes"),
    of: "volumes",
    async ask(client, nextToken, nowMs) {
      const page = await client.send(new GetEBSVolumeRecommendationsCommand({ nextToken }));
      return paged(page.nextToken, page.volumeRecommendations, (one) => volumeOpinion(one, nowMs));
    },
  },
  {
    call: call("GetRDSDatabaseRecommendations", "rds:DescribeDBInstances", "rds:DescribeDBClusters"),
    of: "databases",
    async ask(client, nextToken, nowMs) {
      const page = await client.send(new GetRDSDatabaseRecommendationsCommand({ nextToken }));
      return paged(page.nextToken, page.rdsDBRecommendations, (one) => databaseOpinion(one, nowMs));
    },
  },
  {
    call: call(
      "GetLambdaFunctionRecommendations",
      "lambda:ListFunctions",
      "lambda:ListProvisionedConcurrencyConfigs",
    ),
    of: "functions",
    async ask(client, nextToken, nowMs) {
      const page = await client.send(new GetLambdaFunctionRecommendationsCommand({ nextToken }));
      return paged(page.nextToken, page.lambdaFunctionRecommendations, (one) => functionOpinion(one, nowMs));
    },
  },
  {
    call: call("GetIdleRecommendations", "ec2:DescribeInstances"),
    of: "idle resources",
    async ask(client, nextToken, nowMs) {
      const page = await client.send(new GetIdleRecommendationsCommand({ nextToken }));
      return paged(page.nextToken, page.idleRecommendations, (one) => idleOpinion(one, nowMs));
    },
  },
];

/** What Compute Optimizer finds of a region's resources: a second opinion beside ours. */
export const computeOptimizer: AwsService = {
  name: "compute-optimizer",
  title: "Compute Optimizer",
  calls: QUESTIONS.map((question) => question.call),
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(ComputeOptimizerClient);
  for (const question of QUESTIONS) {
    const outcome = await session.optional(
      question.call,
      `without it there is no second opinion of ${question.of}`,
      () => answersOf(client, question, session.nowMs),
    );
    if (outcome.kind === "failed") yield { kind: "diagnostic", diagnostic: outcome.diagnostic };
    else if (outcome.value === "not-opted-in") {
      yield { kind: "diagnostic", diagnostic: notOptedIn(session) };
      return;
    } else for (const opinion of outcome.value) yield { kind: "opinion", opinion };
  }
}

async function answersOf(
  client: ComputeOptimizerClient,
  question: Question,
  nowMs: number,
): Promise<readonly SecondOpinion[] | "not-opted-in"> {
  const opinions: SecondOpinion[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  try {
    do {
      const page = await question.ask(client, token, nowMs);
      opinions.push(...page.opinions.filter((opinion) => opinion !== undefined));
      token = page.nextToken === "" || seen.has(page.nextToken ?? "") ? undefined : page.nextToken;
      if (token !== undefined) seen.add(token);
    } while (token !== undefined);
  } catch (error) {
    if (error instanceof Error && error.name === "OptInRequiredException") return "not-opted-in";
    throw error;
  }
  return opinions;
}

function paged<T>(
  nextToken: string | undefined,
  found: readonly T[] | undefined,
  opinion: (one: T) => SecondOpinion | undefined,
): Page {
  return { nextToken, opinions: (found ?? []).map(opinion) };
}

/** Says the same in every region, since an account opts in for all of them. */
function notOptedIn({ accountId }: AwsSession): Diagnostic {
  return {
    severity: "info",
    code: "compute-optimizer-off",
    summary: `${accountId} has not opted in to Compute Optimizer, so there is no second opinion`,
    detail: "Opting in costs nothing: aws compute-optimizer update-enrollment-status --status Active",
  };
}
