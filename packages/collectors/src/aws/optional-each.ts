import type { Diagnostic } from "@apex/core";
import type { AwsCall, AwsSession } from "./aws-service.ts";

/** Requests of one part at a time: services bear 5 to 100 a second, and several parts run side by side. */
const AT_A_TIME = 4;

/** When this many were refused and none answered, the others would be refused too. */
const REFUSALS_MAX = 3;

/** What was answered for which item, and one line for all that were refused. */
export interface EachAnswer<Item, Answer> {
  readonly answers: ReadonlyMap<Item, Answer>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Asks for each item what a part can do without, some at a time. What is refused for one item costs that item; what is refused
 * for all of them is found out after a few.
 */
export async function optionalEach<Item, Answer>(
  session: AwsSession,
  { call, cost }: { readonly call: AwsCall; readonly cost: string },
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<EachAnswer<Item, Answer>> {
  const answers = new Map<Item, Answer>();
  const refusals: Diagnostic[] = [];
  const next = items.values();
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (const item of next) {
        if (refusals.length >= REFUSALS_MAX && answers.size === 0) return;
        const outcome = await session.optional(call, cost, () => ask(item));
        if (outcome.kind === "done") answers.set(item, outcome.value);
        else refusals.push(outcome.diagnostic);
      }
    }),
  );
  const [first] = refusals;
  if (first === undefined) return { answers, diagnostics: [] };
  const share = answers.size === 0 ? "" : ` (${refusals.length} of ${items.length})`;
  return { answers, diagnostics: [{ ...first, summary: `${first.summary}${share}` }] };
}
