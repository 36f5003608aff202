import type { Agent, Course } from "@apex/agent";
import { assert, formatMoney, type JsonObject } from "@apex/core";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { type Decisions, decide } from "./decide.ts";
import { type Basis, type Generated, generate, openBasis } from "./generate.ts";
import type { OptimizeInputs } from "./optimize-inputs.ts";
import { type OptimizeResult, reportOptimization } from "./report-optimization.ts";
import { promised, type Triage, triage } from "./triage.ts";
import { type TriedChange, tryChange, type ValidateChange } from "./try-change.ts";
import { type OpenData, openData } from "./with-data.ts";

/** What the agents of one optimization leave to each other. */
export interface OptimizeState {
  readonly triage?: Triage;
  readonly data?: OpenData;
  readonly decisions?: Decisions;
  readonly basis?: Basis;
  readonly generated?: Generated;
  readonly tried?: TriedChange;
  readonly result?: OptimizeResult;
}

/** What the agents work with. */
export interface OptimizeTools {
  readonly io: Io;
  /** With a state that Terraform can plan against. */
  readonly planned: OptimizeInputs;
  readonly inputs: OptimizeInputs;
  readonly progress: Progress;
  /** What is opened on the way stays open as long as this. */
  readonly opened: AsyncDisposableStack;
  readonly validateChange?: ValidateChange;
}

/** What an earlier agent of the course left. */
function left<Key extends keyof OptimizeState>(
  state: OptimizeState,
  key: Key,
): NonNullable<OptimizeState[Key]> {
  const value = state[key];
  assert(value !== undefined, `no agent left "${key}"`);
  return value;
}

function agent(name: string, goal: string, run: Agent<OptimizeState>["run"]): Agent<OptimizeState> {
  return { kind: "agent", name, goal, run };
}

/** A step within a step: of several that run at once only one can have the line. */
function within(progress: Progress): Progress {
  return {
    step: (name) => progress.detail(name),
    detail: (text) => progress.detail(text),
    done: () => undefined,
    isQuiet: progress.isQuiet,
  };
}

/** What was found, for events. */
function gistOf({ report: { summary } }: OptimizeResult): string {
  const { recommendations, savings } = summary;
  const list = formatMoney({ amount: savings.total.list, currency: savings.currency });
  return `${recommendations.applied + recommendations.planned} changes, ${list} a month at list prices`;
}

/** How many files of each kind, for events: their names are the user's. */
function countsOf({ metricFiles, costFiles, collection }: OptimizeInputs): JsonObject {
  return {
    metricFiles: metricFiles.length,
    costFiles: costFiles.length,
    collection: collection !== undefined,
  };
}

/**
 * The main job as agents: triage, data and optimization beside the plan of the configuration as it is, actions, reporting. Where the
 * samples are missing, one more says what to gather, and the others go on with what a state alone tells.
 */
export function optimizeCourse(tools: OptimizeTools): Course<OptimizeState> {
  const { inputs, progress } = tools;
  return {
    kind: "sequence",
    steps: [
      agent("triage", "Choose how far the given data carries", async (_, context) => {
        const found = triage(promised(inputs));
        context.think(`What is named allows the ${found.path} path`);
        return { triage: found };
      }),
      { kind: "parallel", branches: [decisionCourse(tools), configurationAgent(tools)] },
      actionsAgent(tools),
      agent("reporting", "Price both plans and tell what was found", async (state, context) => {
        progress.step("Pricing both plans");
        const { advice } = left(state, "triage");
        const decisions = left(state, "decisions");
        const generated = left(state, "generated");
        const tried = left(state, "tried");
        const result = await context.tool(
          "report.build",
          {},
          async () => reportOptimization(tools.io, inputs, { decisions, generated, tried, advice }),
          gistOf,
        );
        return { result };
      }),
    ],
  };
}

function decisionCourse({ io, inputs, progress, opened }: OptimizeTools): Course<OptimizeState> {
  return {
    kind: "sequence",
    steps: [
      agent("data", "Read what was collected", async (state, context) => {
        progress.step("Reading state, bills and metrics, and planning the configuration as it is");
        const data = await context.tool(
          "data.read",
          countsOf(inputs),
          async () => opened.use(await openData(io, inputs, within(progress))),
          ({ resources }) => `${resources.length} resources`,
        );
        const found = triage({ hasSamples: data.window !== undefined, hasBills: data.rows > 0 });
        if (found.path !== left(state, "triage").path)
          context.think(`What was read allows the ${found.path} path`);
        return { data, triage: found };
      }),
      {
        kind: "when",
        condition: (state) => state.triage?.path === "data-gathering",
        chosen: agent("data-gathering", "Say what to collect", async (state, context) => {
          const { advice } = left(state, "triage");
          context.ends("partial", advice.map(({ summary }) => summary).join("; "));
          return {};
        }),
      },
      agent("optimization", "Decide on every resource", async (state, context) => {
        const data = left(state, "data");
        progress.detail(`analysing ${data.resources.length} resources`);
        const decisions = await context.tool(
          "analysis.run",
          { resources: data.resources.length },
          () => decide(inputs, data),
          ({ analysis }) =>
            `${analysis.recommendations.length} recommendations, ${analysis.abstentions.length} abstentions`,
        );
        if (left(state, "triage").path !== "full") context.ends("partial");
        return { decisions };
      }),
    ],
  };
}

function configurationAgent({ io, planned, progress, opened }: OptimizeTools): Agent<OptimizeState> {
  return agent("configuration", "Plan the configuration as it is", async (_, context) => {
    const basis = await context.tool("terraform.plan", {}, async () =>
      opened.use(await openBasis(io, planned, within(progress), context)),
    );
    if (basis.repaired !== undefined) context.ends("partial", "it had to be repaired first");
    return { basis };
  });
}

function actionsAgent({ io, progress, validateChange }: OptimizeTools): Agent<OptimizeState> {
  return agent(
    "actions",
    "Write the changes, plan them, and try them where that was asked",
    async (state, context) => {
      const basis = left(state, "basis");
      const { analysis } = left(state, "decisions");
      progress.step("Writing the changes and planning them");
      const generated = await context.tool(
        "patch.write",
        { recommendations: analysis.recommendations.length },
        () => generate(io, basis, { ...analysis, observer: context }, progress),
        ({ after }) => `${after.size} files`,
      );
      const { after, verified, repaired } = generated;
      const overlay = verified.textEdits.length === 0 ? new Map<string, string>() : after;
      const validateIt =
        validateChange && ((texts: ReadonlyMap<string, string>) => validateChange(texts, repaired?.texts));
      if (validateIt === undefined)
        return { generated, tried: await tryChange(undefined, overlay, io.signal) };
      const tried = await context.tool(
        "sandbox.validate",
        {},
        () => tryChange(validateIt, overlay, io.signal),
        ({ kind }) => kind,
      );
      return { generated, tried };
    },
  );
}
