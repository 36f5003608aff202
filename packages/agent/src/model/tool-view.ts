import type { World } from "../world/world.ts";
import type { Framing } from "./framed-data.ts";
import type { ToolCall } from "./model-client.ts";

/** What a tool may look at. */
export interface ToolView extends Framing {
  /** Its configuration has the texts as they are now, accepted edits included. */
  readonly world: World;
  /** Calls that were answered while the texts were as they are now: the same call again would have the same answer. */
  readonly earlier: readonly ToolCall[];
}

/** What a tool answers: text for the model, or why it cannot. */
export interface Answer {
  readonly ok: boolean;
  readonly text: string;
}
