import {
  canonicalJson,
  type ResourceSchema,
  type TerraformDiagnostic,
  type TerraformSchemas,
} from "@apex/core";
import { readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import type { Fixer } from "../../fixers/fixer.ts";
import type { PlanFacts } from "../../guards/guard.ts";
import { ModelError, type ModelReply, type ModelRequest, type ToolCall } from "../../model/model-client.ts";
import { driveLoop, type LoopPorts } from "../drive-loop.ts";
import type { LoopEvent, LoopNews, LoopOutcome } from "../loop-messages.ts";
import type { LoopInput } from "../loop-state.ts";

/** The only type there is: Terraform itself is not needed to see what the loop makes of its words. */
const QUEUE: ResourceSchema = {
  version: 0,
  block: {
    attributes: {
      name: { type: "string", required: true },
      delay: { type: "number", optional: true },
      arn: { type: "string", computed: true },
    },
  },
};

const SCHEMAS: TerraformSchemas = {
  resource: (type) => (type === "aws_sqs_queue" ? QUEUE : undefined),
  dataSource: () => undefined,
  provider: () => undefined,
  resourceTypes: () => ["aws_sqs_queue"],
  dataSourceTypes: () => [],
};

const KNOWN = new Set(["name", "delay"]);

/** What Terraform would say of arguments that a queue does not have, and the plan when it has no others. */
function checkQueues(files: ReadonlyMap<string, string>): {
  readonly diagnostics: readonly TerraformDiagnostic[];
  readonly plan: PlanFacts | null;
} {
  const diagnostics: TerraformDiagnostic[] = [];
  const resources: PlanFacts["resources"][number][] = [];
  for (const [filename, text] of files) {
    for (const { 0: name, index } of text.matchAll(/^ +[a-z_]+(?= =)/gm)) {
      const argument = name.trim();
      if (KNOWN.has(argument)) continue;
      const start = index + name.length - argument.length;
      const line = text.slice(0, start).split("\n").length;
      const position = (byte: number) => ({ line, column: byte - text.lastIndexOf("\n", byte - 1), byte });
      diagnostics.push({
        severity: "error",
        summary: "Unsupported argument",
        detail: `An argument named "${argument}" is not expected here.`,
        range: { filename, start: position(start), end: position(start + argument.length) },
      });
    }
    for (const [, label, body] of text.matchAll(/^resource "aws_sqs_queue" "(\w+)" \{\n(.*?)^\}/gms)) {
      resources.push({
        address: `aws_sqs_queue.${label}`,
        mode: "managed",
        type: "aws_sqs_queue",
        actions: ["create"],
        changed: [],
        digest: canonicalJson(body ?? ""),
        grants: [],
      });
    }
  }
  return { diagnostics, plan: diagnostics.length === 0 ? { resources } : null };
}

/** A fixer that writes one name in place of another. */
export function renaming(wrong: string, right: string): Fixer {
  return {
    name: `${wrong}-to-${right}`,
    classes: ["unsupported-argument"],
    propose({ place, names }) {
      if (place === undefined || names["name"] !== wrong) return null;
      return { kind: "edits", edits: [{ ...place, text: right }], sentence: `${wrong} is ${right}` };
    },
  };
}

/** A reply that calls tools; arguments that are no text are written as JSON. */
export function calling(...calls: readonly (readonly [name: string, given: unknown])[]): ModelReply {
  const toolCalls = calls.map(([name, given], index) => ({
    id: `call-${index}`,
    name,
    arguments: typeof given === "string" ? given : JSON.stringify(given),
  }));
  return {
    text: "",
    toolCalls,
    ending: "tool-calls",
    usage: { inputTokens: 100, outputTokens: 10 },
    model: "m",
  };
}

/** A proposal of one replacement. */
export function proposing(old: string, replacement: string): ModelReply {
  const edits = [{ path: "main.tf", old_text: old, new_text: replacement }];
  return calling(["propose_edit", { edits, reason: "It is what was meant." }]);
}

/** What a run did, in order. */
export interface RepairRun {
  readonly outcome: LoopOutcome;
  readonly news: readonly LoopNews[];
  readonly events: readonly LoopEvent[];
  readonly requests: readonly ModelRequest[];
  readonly waits: readonly number[];
  readonly checks: number;
}

/** How a run is set up. */
export interface RepairSetting {
  readonly fixers?: readonly Fixer[];
  /** Turns of the model's, in order; the last one is repeated. Absent: no model. */
  readonly model?: readonly (ModelReply | ModelError | ((request: ModelRequest) => ModelReply))[];
  readonly change?: (input: LoopInput) => LoopInput;
  readonly past?: readonly LoopEvent[];
  /** Milliseconds that each event takes. */
  readonly pace?: number;
}

/** Repairs files with the real loop, rules, tools and fixers of the test's own. */
export async function repair(
  files: Readonly<Record<string, string>>,
  setting: RepairSetting = {},
): Promise<RepairRun> {
  const configuration = readConfiguration(await loadHclParser(), { files: new Map(Object.entries(files)) });
  const base: LoopInput = {
    configuration,
    surroundings: { schemas: SCHEMAS, machineTypes: {}, state: [] },
    budget: { attemptsMax: 3, roundsMax: 8, tokensMax: 100_000, timeMaxMs: 600_000 },
    ...(setting.model === undefined ? {} : { model: { outputTokensMax: 1_000, prices: null } }),
    redact: (text) => text,
    nonce: "n-7f3a",
    fixers: setting.fixers ?? [],
  };
  const input = setting.change?.(base) ?? base;
  const run = {
    news: [] as LoopNews[],
    events: [] as LoopEvent[],
    requests: [] as ModelRequest[],
    waits: [] as number[],
  };
  let checks = 0;
  let now = 1_000;
  const turns = [...(setting.model ?? [])];
  const ports: LoopPorts = {
    check: async (overlay) => {
      checks += 1;
      return { ...checkQueues(new Map([...configuration.source.files, ...overlay])), objections: [] };
    },
    ask: async (request) => {
      run.requests.push(request);
      const turn = turns.length > 1 ? turns.shift() : turns[0];
      if (turn === undefined || turn instanceof ModelError) throw turn ?? new Error("no model was set");
      return typeof turn === "function" ? turn(request) : turn;
    },
    wait: async (ms) => {
      run.waits.push(ms);
      now += ms;
    },
    now: () => {
      now += setting.pace ?? 10;
      return now;
    },
    record: async (event) => void run.events.push(event),
    tell: (news) => void run.news.push(news),
    signal: new AbortController().signal,
  };
  const past = setting.past === undefined ? undefined : { startedAtMs: 1_000, events: setting.past };
  const outcome = await driveLoop(input, ports, past);
  return { outcome, ...run, checks };
}

/** The calls that a conversation has, and which of them were answered. */
export function callsOf(request: ModelRequest): {
  readonly calls: readonly ToolCall[];
  readonly answered: readonly string[];
} {
  return {
    calls: request.messages.flatMap((message) => (message.role === "assistant" ? message.toolCalls : [])),
    answered: request.messages.flatMap((message) => (message.role === "tool" ? [message.callId] : [])),
  };
}
