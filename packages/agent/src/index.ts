/**
 * Repairs a Terraform configuration that does not validate or plan: fixers that are certain, a model where none is, and rules that
 * no edit may break. Decides only: running Terraform, asking a model and writing files are done by who drives the loop.
 */
export { type Fixer, type Proposal } from "./fixers/fixer.ts";
export { TERRAFORM_FUNCTIONS } from "./fixers/functions/terraform-functions.ts";
export { FIXERS } from "./fixers/registry.ts";
export { REFERRING_ARGUMENTS, referentOf } from "./fixers/knowledge/referents.ts";
export { GONE_TYPES, VERSION_CHANGES, type VersionChange } from "./fixers/knowledge/version-change.ts";
export { type GuardRule, type PlanFacts, type Violation } from "./guards/guard.ts";
export { planFacts } from "./guards/plan-facts.ts";
export { reviewPlan } from "./guards/review-plan.ts";
export { reviewTextChange } from "./guards/review-text-change.ts";
export { type Answer, type AnsweredSentence, answerQuestion } from "./ask/answer-question.ts";
export { answerRequest, checkAnswer } from "./ask/model-answer.ts";
export { driveLoop, type LoopPorts } from "./loop/drive-loop.ts";
export { type LoopInput } from "./loop/loop-state.ts";
export {
  type Budget,
  type GaveUpReason,
  type LoopCommand,
  type LoopEvent,
  type LoopNews,
  type LoopOutcome,
  type Used,
} from "./loop/loop-messages.ts";
export { ModelError, type ModelClient, type ModelReply, type ModelRequest } from "./model/model-client.ts";
export { classifyDiagnostics } from "./diagnostics/classify.ts";
export { type Problem, PROBLEM_CLASSES, type ProblemClass } from "./diagnostics/problem.ts";
export { createRedactor, type Redactor } from "./redaction/redactor.ts";
export { type KnownResource, type Surroundings, type World } from "./world/world.ts";
export { type Agent, type AgentContext, type Course } from "./supervisor/agent.ts";
export { type AgentEvent, type AgentStatus } from "./supervisor/agent-event.ts";
export { EventHub } from "./supervisor/event-hub.ts";
export { runAgents } from "./supervisor/run-agents.ts";
