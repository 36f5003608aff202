import type { LoopNews } from "@apex/agent";
import { unreachable } from "@apex/core";
import { painter } from "@apex/report";
import type { Io } from "../io.ts";
import { freshLine, type Progress } from "../progress.ts";
import { counted, placeOfProblem, shortened } from "./fix-wording.ts";

/** As many problems of one check as fit on a screen. */
const PROBLEMS_SHOWN_MAX = 12;

/** Tells a person on `err` how a repair goes, one line for each thing that happened. */
export function tellNews(
  io: Io,
  progress: Progress,
): {
  readonly tell: (news: LoopNews) => void;
  /** A model's words as they come. */
  readonly think: (delta: string) => void;
} {
  const paint = painter(io.colour);
  let thought = "";
  function line(text: string): void {
    thought = "";
    if (!progress.isQuiet) io.err(`${freshLine(io)}  ${text}\n`);
  }
  return {
    tell(news) {
      switch (news.kind) {
        case "problems":
          for (const problem of news.problems.slice(0, PROBLEMS_SHOWN_MAX)) {
            const { summary, detail } = problem.diagnostic;
            const what = detail === undefined || detail === "" ? summary : `${summary}: ${detail}`;
            line(`${paint("✗", "red")} ${placeOfProblem(problem)}  ${shortened(what)}`);
          }
          if (news.problems.length > PROBLEMS_SHOWN_MAX) {
            line(`  and ${counted(news.problems.length - PROBLEMS_SHOWN_MAX, "more problem")}`);
          }
          return;
        case "edited":
          return line(`${paint("✎", "green")} ${news.by}: ${shortened(news.sentence)}`);
        case "undone":
          return line(paint("↶ taken back: it mended nothing, or broke a rule", "dim"));
        case "unsure":
          return line(`${paint("?", "yellow")} ${news.fixer}: ${shortened(news.reason)}`);
        case "refused":
          for (const { rule, sentence } of news.violations) {
            line(`${paint("✋", "red")} ${news.by}: refused by the rule ${rule}: ${shortened(sentence)}`);
          }
          return;
        case "tool":
          return line(paint(`· the model: ${shortened(`${news.name}: ${news.summary}`, 140)}`, "dim"));
        case "model-failed": {
          const again = news.retryMs === null ? "" : `; tried again in ${Math.ceil(news.retryMs / 1_000)} s`;
          return line(`${paint("!", "yellow")} the model: ${shortened(news.failure.message)}${again}`);
        }
        default:
          return unreachable(news);
      }
    },
    think(delta) {
      // The end of it is what was said last; more than a line is not shown.
      thought = `${thought}${delta}`.slice(-2 * io.width);
      progress.detail(shortened(thought.slice(-io.width), io.width));
    },
  };
}
