import type { AgentContext, LoopNews, LoopPorts } from "@apex/agent";
import { unreachable } from "@apex/core";
import { counted } from "./fix-wording.ts";

/** Who is told what a repair does. */
export type RepairObserver = Pick<AgentContext, "think" | "tool">;

/** A model's words are passed on in pieces of about so many characters: each is one event. */
const PIECE = 200;

/** What has more characters is no word. */
const WORD_MAX = 2_000;

/** What a repair weighs, in a sentence; `null` for what the events of its tools tell. */
function thoughtOf(news: LoopNews): string | null {
  switch (news.kind) {
    case "problems":
      return `Found ${counted(news.problems.length, "problem")}: ${[...new Set(news.problems.map(({ diagnostic }) => diagnostic.summary))].join("; ")}`;
    case "edited":
      return `${news.by} edits: ${news.sentence}`;
    case "undone":
      return "The last edits are taken back: they mended nothing, or broke a rule";
    case "unsure":
      return `${news.fixer} is not certain: ${news.reason}`;
    case "refused":
      return `What ${news.by} wanted is refused: ${news.violations.map(({ rule, sentence }) => `${rule}: ${sentence}`).join("; ")}`;
    case "tool":
      return `The model uses ${news.summary}`;
    case "model-failed":
      return `The model cannot be asked: ${news.failure.message}`;
    default:
      return unreachable(news);
  }
}

/**
 * The same ports, with every check and every turn of the model's told as a tool's call, and the rest as thoughts. `redact` takes
 * secrets out of what is told.
 */
export function observed(
  ports: LoopPorts,
  observer: RepairObserver,
  redact: (text: string) => string,
): LoopPorts {
  return {
    ...ports,
    check: (overlay) =>
      observer.tool(
        "terraform.plan",
        { files: [...overlay.keys()] },
        () => ports.check(overlay),
        ({ plan, diagnostics }) =>
          plan === null
            ? counted(diagnostics.filter(({ severity }) => severity === "error").length, "error")
            : `it plans ${counted(plan.resources.length, "resource")}`,
      ),
    ask: (request) =>
      observer.tool(
        "model.ask",
        { messages: request.messages.length },
        () => ports.ask(request),
        ({ toolCalls, usage }) =>
          `${counted(toolCalls.length, "call")}, ${usage === null ? "tokens not told" : `${usage.inputTokens} tokens in, ${usage.outputTokens} out`}`,
      ),
    tell: (news) => {
      const thought = thoughtOf(news);
      if (thought !== null) observer.think(redact(thought));
      ports.tell(news);
    },
  };
}

/** Passes a model's words on as thoughts, piece by piece; `end` passes the rest. */
export function thinkingAloud(
  observer: RepairObserver | undefined,
  redact: (text: string) => string,
): { readonly add: (delta: string) => void; readonly end: () => void } {
  let words = "";
  const tell = (text: string): void => {
    if (text.trim() !== "") observer?.think(redact(text.trim()));
  };
  return {
    add(delta) {
      words += delta;
      if (words.length < PIECE) return;
      // Only whole words: half a secret would not be known as one.
      const space = Math.max(words.lastIndexOf(" "), words.lastIndexOf("\n"));
      if (space <= 0 && words.length < WORD_MAX) return;
      const end = space > 0 ? space : words.length;
      tell(words.slice(0, end));
      words = words.slice(end);
    },
    end() {
      tell(words);
      words = "";
    },
  };
}
