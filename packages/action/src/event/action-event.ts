import { readFile } from "node:fs/promises";
import { AdapterError } from "@apex/core";
import { z } from "zod";
import type { RepositoryName } from "../github/github.ts";
import type { ActionIo } from "../runner/action-io.ts";

/** A pull request as its event tells of it. */
export interface PullRequestEvent {
  readonly kind: "pull-request";
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** Whether the workflow's token can only read: the branch is somebody else's, or Dependabot's. */
  readonly isReadOnly: boolean;
  /** ISO 8601 UTC: the state of the pull request that the event tells of; `undefined` where it does not say. */
  readonly at: string | undefined;
}

/** Why the workflow runs. */
export type Occasion =
  | PullRequestEvent
  /** Another workflow has ended: the one that estimated what comes from a fork. */
  | {
      readonly kind: "workflow-run";
      readonly headSha: string;
      /** "owner/name" of the fork; `null` when it is gone. */
      readonly headRepository: string | null;
      /** What started that workflow: "pull_request". */
      readonly startedBy: string;
      /** ISO 8601 UTC: when that workflow began. */
      readonly at: string | undefined;
    }
  | { readonly kind: "merge-group"; readonly baseSha: string; readonly headSha: string }
  /** `before` is null where the branch is new. */
  | { readonly kind: "push"; readonly before: string | null }
  | { readonly kind: "other"; readonly name: string };

/** The event of a workflow's run, and where it happens. */
export interface ActionEvent {
  /** "pull_request". */
  readonly name: string;
  readonly occasion: Occasion;
  readonly repository: RepositoryName;
  /** `undefined` where the payload does not tell it. */
  readonly defaultBranch: string | undefined;
  /** "https://api.github.com", or that of an enterprise's own server. */
  readonly apiUrl: string;
  readonly serverUrl: string;
}

const SHA = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const NUMBER = z.int().positive();
const TIME = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/)
  .optional()
  .catch(undefined);
const Repository = z.object({ full_name: z.string() }).nullish();

const PullRequestPayload = z.object({
  pull_request: z.object({
    number: NUMBER,
    updated_at: TIME,
    head: z.object({ sha: SHA, repo: Repository }),
    base: z.object({ sha: SHA, ref: z.string(), repo: Repository }),
  }),
});
const WorkflowRunPayload = z.object({
  workflow_run: z.object({ head_sha: SHA, event: z.string(), head_repository: Repository, created_at: TIME }),
});
const MergeGroupPayload = z.object({ merge_group: z.object({ base_sha: SHA, head_sha: SHA }) });
const PushPayload = z.object({ before: SHA });
const AnyPayload = z.object({ repository: z.object({ default_branch: z.string().optional() }).nullish() });

/** An event's file is some hundred kilobytes at most. */
const PAYLOAD_BYTES_MAX = 32 * 1024 * 1024;
const DEPENDABOT = "dependabot[bot]";

function parsed<Shape extends z.ZodType>(name: string, shape: Shape, payload: unknown): z.infer<Shape> {
  const result = shape.safeParse(payload);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join(".") ?? "";
  throw new AdapterError(
    "invalid",
    `the event ${name} has no usable ${where || "payload"} in the file of GITHUB_EVENT_PATH`,
  );
}

function occasionOf(name: string, payload: unknown, actor: string | undefined): Occasion {
  if (name === "pull_request") {
    const { pull_request: pull } = parsed(name, PullRequestPayload, payload);
    const isFork = pull.head.repo?.full_name !== pull.base.repo?.full_name;
    return {
      kind: "pull-request",
      number: pull.number,
      headSha: pull.head.sha,
      baseSha: pull.base.sha,
      baseRef: pull.base.ref,
      isReadOnly: isFork || actor === DEPENDABOT,
      at: pull.updated_at,
    };
  }
  if (name === "workflow_run") {
    const { workflow_run: run } = parsed(name, WorkflowRunPayload, payload);
    const headRepository = run.head_repository?.full_name ?? null;
    return {
      kind: "workflow-run",
      headSha: run.head_sha,
      headRepository,
      startedBy: run.event,
      at: run.created_at,
    };
  }
  if (name === "merge_group") {
    const { merge_group: group } = parsed(name, MergeGroupPayload, payload);
    return { kind: "merge-group", baseSha: group.base_sha, headSha: group.head_sha };
  }
  if (name === "push") {
    const { before } = parsed(name, PushPayload, payload);
    return { kind: "push", before: /^0+$/.test(before) ? null : before };
  }
  return { kind: "other", name };
}

async function readPayload(file: string): Promise<unknown> {
  try {
    const text = await readFile(file, "utf8");
    if (text.length > PAYLOAD_BYTES_MAX) throw new Error("it is too large");
    return JSON.parse(text);
  } catch (cause) {
    throw new AdapterError("invalid", `the file of GITHUB_EVENT_PATH (${file}) cannot be read as JSON`, {
      cause,
    });
  }
}

function repositoryOf(fullName: string | undefined): RepositoryName {
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(fullName ?? "");
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new AdapterError(
      "invalid",
      `GITHUB_REPOSITORY must be "owner/name", not ${JSON.stringify(fullName)}`,
    );
  }
  return { owner: match[1], name: match[2] };
}

/** Reads the event from the files and variables that GitHub's runner sets. Throws an AdapterError for what it never sets. */
export async function readActionEvent(env: ActionIo["env"]): Promise<ActionEvent> {
  const name = env["GITHUB_EVENT_NAME"] ?? "";
  const file = env["GITHUB_EVENT_PATH"];
  const payload = file ? await readPayload(file) : {};
  return {
    name,
    occasion: occasionOf(name, payload, env["GITHUB_ACTOR"]),
    repository: repositoryOf(env["GITHUB_REPOSITORY"]),
    defaultBranch: AnyPayload.safeParse(payload).data?.repository?.default_branch,
    apiUrl: env["GITHUB_API_URL"] || "https://api.github.com",
    serverUrl: env["GITHUB_SERVER_URL"] || "https://github.com",
  };
}
