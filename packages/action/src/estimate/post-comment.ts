import { isSameComment, readCommentTag } from "@apex/report";
import type { Comment, CommentHost } from "../github/github.ts";
import type { ActionInputs } from "../inputs/action-inputs.ts";

/** A comment that is to be on a pull request. */
export interface WantedComment {
  readonly pullRequest: number;
  /** Begins with a line that {@link readCommentTag} reads. */
  readonly body: string;
  readonly behavior: Exclude<ActionInputs["behavior"], "off">;
  /** Whether it only has something to say where an earlier one says otherwise. */
  readonly isQuiet: boolean;
}

/** What became of it; `url` is that of the comment which holds now. */
export type PostedComment =
  | { readonly kind: "created" | "updated"; readonly url: string }
  | { readonly kind: "skipped"; readonly reason: string; readonly url: string | undefined };

const SAME = "the comment says so already";
const NEWER = "a newer run has commented meanwhile";
const QUIET = "the difference is below min-change, and no comment says otherwise";

/** Our own comments of the same tag, oldest first. Whoever copies the hidden line does not make a comment ours. */
async function ownComments(host: CommentHost, wanted: WantedComment): Promise<readonly Comment[]> {
  const me = await host.whoAmI();
  const tag = readCommentTag(wanted.body)?.tag;
  const all = await host.listComments(wanted.pullRequest);
  return all.filter(({ author, body }) => author === me && readCommentTag(body)?.tag === tag);
}

function isNewer(comment: Comment, body: string): boolean {
  const [theirs, ours] = [readCommentTag(comment.body)?.validAt, readCommentTag(body)?.validAt];
  return theirs !== undefined && ours !== undefined && Date.parse(theirs) > Date.parse(ours);
}

async function create(host: CommentHost, wanted: WantedComment): Promise<PostedComment> {
  const { url } = await host.createComment(wanted.pullRequest, wanted.body);
  return { kind: "created", url };
}

/**
 * Two runs that began without a comment have each made one: the first stays with the newest text, and the later ones go. Both runs
 * come to the same, whichever looks last.
 */
async function joined(
  host: CommentHost,
  wanted: WantedComment,
  posted: PostedComment,
): Promise<PostedComment> {
  const [first, ...later] = await ownComments(host, wanted);
  if (first === undefined || later.length === 0) return posted;
  const newest = [first, ...later].reduce((best, each) => (isNewer(each, best.body) ? each : best));
  if (newest !== first) await host.updateComment(first.id, newest.body);
  for (const { id } of later) await host.deleteComment(id);
  return { kind: "updated", url: first.url };
}

async function update(
  host: CommentHost,
  wanted: WantedComment,
  latest: Comment | undefined,
): Promise<PostedComment> {
  if (latest === undefined) return joined(host, wanted, await create(host, wanted));
  const updated = await host.updateComment(latest.id, wanted.body);
  // Somebody deleted it meanwhile.
  return updated === undefined ? create(host, wanted) : { kind: "updated", url: updated.url };
}

/** Puts a comment on a pull request, or leaves the one that says the same: of two runs the newer one's holds. */
export async function postComment(host: CommentHost, wanted: WantedComment): Promise<PostedComment> {
  const earlier = await ownComments(host, wanted);
  const latest = earlier.at(-1);
  const skipped = (reason: string): PostedComment => ({ kind: "skipped", reason, url: latest?.url });
  if (latest !== undefined && isSameComment(latest.body, wanted.body)) return skipped(SAME);
  if (latest !== undefined && isNewer(latest, wanted.body)) return skipped(NEWER);
  if (latest === undefined && wanted.isQuiet) return skipped(QUIET);
  if (wanted.behavior === "update") return update(host, wanted, latest);
  const created = await create(host, wanted);
  if (wanted.behavior === "delete-and-new") for (const { id } of earlier) await host.deleteComment(id);
  return created;
}
