import type { Answer, Call } from "./call.ts";
import type { Renderer } from "./render.ts";
import type { GitHubState } from "./state.ts";

/** What an operation is answered from. */
export interface Context {
  readonly state: GitHubState;
  readonly render: Renderer;
}

/** Answers one operation; throws a Refusal where GitHub would not do it. */
export type Handler = (call: Call, context: Context) => Answer | Promise<Answer>;

/** By GitHub's ids of operations. */
export type Handlers = { readonly [operation: string]: Handler };
