import { assert } from "@apex/core";
import { isSameComment, readCommentTag } from "@apex/report";
import type { Comment, CommentHost } from "./github.ts";

/** A comment that is to be on a pull request. */
export interface WantedComment {
  readonly pullRequest: number;
  /** Begins with a line that {@link readCommentTag} reads. */
  readonly body: string;
  /**
   * "update" edits the latest comment of the tag, "new" leaves it and adds one, "delete-and-new" adds one and takes all earlier ones
   * of the tag away.
   */
  readonly behavior: "update" | "new" | "delete-and-new";
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

/**
 * Puts a comment on a pull request, or leaves the one that says the same. Of two runs the text of the newer state holds, in one
 * comment, whichever of them ends first. Only our own comments are ever edited or deleted: whoever copies the hidden line into a
 * comment does not make it ours.
 */
export async function postComment(host: CommentHost, wanted: WantedComment): Promise<PostedComment> {
  const earlier = await ownComments(host, wanted);
  const latest = earlier.at(-1);
  if (latest === undefined) {
    if (wanted.isQuiet) return { kind: "skipped", reason: QUIET, url: undefined };
    return await create(host, wanted, earlier);
  }
  const skipped = (reason: string): PostedComment => ({ kind: "skipped", reason, url: latest.url });
  if (isNewer(latest.body, wanted.body)) return skipped(NEWER);
  if (isSameComment(latest.body, wanted.body)) {
    // The time in the hidden line is renewed, so that an older run that is still under way finds the comment newer than itself.
    if (isNewer(wanted.body, latest.body)) await host.updateComment(latest.id, wanted.body);
    return skipped(SAME);
  }
  if (wanted.behavior !== "update") return await create(host, wanted, earlier);
  const updated = await host.updateComment(latest.id, wanted.body);
  // Somebody deleted it meanwhile.
  if (updated === undefined) return await create(host, wanted, earlier);
  return await settle(host, wanted, {
    earlier: earlier.slice(0, -1),
    posted: { kind: "updated", url: updated.url },
  });
}

async function create(
  host: CommentHost,
  wanted: WantedComment,
  earlier: readonly Comment[],
): Promise<PostedComment> {
  const { url } = await host.createComment(wanted.pullRequest, wanted.body);
  const created: PostedComment = { kind: "created", url };
  if (wanted.behavior === "new") return created;
  const posted = await settle(host, wanted, { earlier, posted: created });
  if (wanted.behavior === "delete-and-new") {
    for (const { id } of earlier) await host.deleteComment(id);
  }
  return posted;
}

/**
 * Looks at what there is after writing. Two runs that began without a comment have each made one: the first stays with the newest
 * text, and the later ones go. An older run that wrote over our text is written over. Both runs come to the same, whichever looks
 * last. `earlier` are comments that stay as they are.
 */
async function settle(
  host: CommentHost,
  wanted: WantedComment,
  { earlier, posted }: { readonly earlier: readonly Comment[]; readonly posted: PostedComment },
): Promise<PostedComment> {
  const kept = new Set(earlier.map(({ id }) => id));
  const [first, ...later] = (await ownComments(host, wanted)).filter(({ id }) => !kept.has(id));
  if (first === undefined) return posted;
  const newest = [...later.map(({ body }) => body), wanted.body].reduce(
    (best, body) => (isNewer(body, best) ? body : best),
    first.body,
  );
  if (newest !== first.body) await host.updateComment(first.id, newest);
  for (const { id } of later) await host.deleteComment(id);
  return { ...posted, url: first.url };
}

/** Our own comments of the same tag, oldest first. */
async function ownComments(
  host: CommentHost,
  { pullRequest, body }: WantedComment,
): Promise<readonly Comment[]> {
  const wanted = readCommentTag(body);
  assert(wanted !== undefined, "a comment begins with the line that it is found again by");
  const me = await host.whoAmI();
  const all = await host.listComments(pullRequest);
  return all.filter((comment) => comment.author === me && readCommentTag(comment.body)?.tag === wanted.tag);
}

function isNewer(body: string, other: string): boolean {
  const [one, two] = [readCommentTag(body)?.validAt, readCommentTag(other)?.validAt];
  return one !== undefined && two !== undefined && Date.parse(one) > Date.parse(two);
}
