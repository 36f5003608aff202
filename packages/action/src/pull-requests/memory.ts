import { isJsonObject, parseJson } from "@apex/core";
import { z } from "zod";
import { proposalSchema } from "./proposal.ts";

/** Why Apex closed a pull request. */
export const CLOSE_REASONS = ["not-recommended", "not-applicable", "declined"] as const;

const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const hash = z.string().regex(/^[0-9a-f]{16}$/);
const instant = z.iso.datetime();

/** More than a reviewer takes in; only recommendations that cannot be told apart are so many in one group. */
export const PROPOSALS_MAX = 500;

const memorySchema = z.object({
  v: z.literal(1),
  key: z.string().regex(/^[\w.-]{1,120}$/),
  directory: z.string().regex(/^[0-9a-f]{8}$/),
  head: sha,
  content: hash,
  text: hash,
  proposals: z.array(proposalSchema).max(PROPOSALS_MAX),
  isComplete: z.boolean(),
  closed: z.object({ reason: z.enum(CLOSE_REASONS), at: instant }).exactOptional(),
  since: instant.exactOptional(),
  until: instant.exactOptional(),
});

/**
 * What Apex remembers in the pull request itself, so that it needs no store: the group, the digest of its root module's directory, the
 * commit that Apex last put on the branch, digests of what the branch and the text hold, what is proposed, whether labels and reviewers
 * are set, that Apex closed it, since when what people say counts (they opened it again then), and until when "not now" does.
 */
export type Memory = z.infer<typeof memorySchema>;

const LINE = /^<!-- apex-state (\{[^\r\n]*\}) -->\r?$/m;
/** GitHub's limit, in characters. */
const BODY_CHARACTERS_MAX = 65_536;
const CUT = "\n\n(The end was cut: GitHub takes no longer text.)\n";

/** The memory of a pull request's text; `undefined` for one that Apex did not write. Content never throws. */
export function readMemory(body: string): Memory | undefined {
  const value = parseJson(LINE.exec(body)?.[1] ?? "");
  if (!isJsonObject(value)) return undefined;
  const parsed = memorySchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** A pull request's text with its memory in the second line, in place of what it remembered before. */
export function withMemory(text: string, memory: Memory): string {
  const [first = "", ...rest] = text.replace(LINE, "\0").split("\n");
  const others = rest.filter((line) => line !== "\0");
  const line = `<!-- apex-state ${JSON.stringify(memory)} -->`;
  const body = [first, line, ...others].join("\n");
  if (body.length <= BODY_CHARACTERS_MAX) return body;
  return `${body.slice(0, BODY_CHARACTERS_MAX - CUT.length).replace(/[\ud800-\udbff]$/, "")}${CUT}`;
}
