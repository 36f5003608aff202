/** What a comment is found again by, and from when it is. */
export interface CommentTag {
  /** Tells several comments on one pull request apart; "" where there is only one. */
  readonly tag: string;
  /** ISO 8601 UTC. A comment that is valid at a later time is never replaced by an earlier one. */
  readonly validAt: string;
}

const TAG = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** A link reference definition that nothing refers to: no Markdown shows it. */
const LINE =
  /^\[\/\/\]: <> \(apex-estimate(?::(?<tag>[A-Za-z0-9][A-Za-z0-9._-]{0,39}))?, valid-at=(?<validAt>[0-9T:.-]{19,30}Z)\)[ \t]*$/;

/** Whether a user's text can be a comment's tag: at most 40 letters, digits, dots, underscores and dashes, not first a mark. */
export function isCommentTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * The hidden first line of a comment. Throws a RangeError for a tag or a time of another form: both are checked where they
 * come in.
 */
export function commentTagLine({ tag, validAt }: CommentTag): string {
  if (tag !== "" && !isCommentTag(tag)) {
    throw new RangeError("a comment's tag is at most 40 letters, digits, dots, underscores and dashes");
  }
  if (!INSTANT.test(validAt)) throw new RangeError("a comment is valid at an ISO 8601 time in UTC");
  return `[//]: <> (apex-estimate${tag === "" ? "" : `:${tag}`}, valid-at=${validAt})`;
}

/** The tag of an estimate's comment, which GitHub stores with CRLF; `undefined` for any other comment. */
export function readCommentTag(body: string): CommentTag | undefined {
  const groups = LINE.exec(firstLine(body))?.groups;
  const validAt = groups?.["validAt"];
  if (validAt === undefined || !INSTANT.test(validAt)) return undefined;
  return { tag: groups?.["tag"] ?? "", validAt };
}

/** Whether two comments tell a reader the same under the same tag, whenever they are from. */
export function isSameComment(a: string, b: string): boolean {
  return readCommentTag(a)?.tag === readCommentTag(b)?.tag && contentOf(a) === contentOf(b);
}

function firstLine(body: string): string {
  // A byte order mark is no part of the text.
  const text = body.startsWith("\uFEFF") ? body.slice(1) : body;
  const end = text.search(/[\r\n]/);
  return end === -1 ? text : text.slice(0, end);
}

function contentOf(body: string): string {
  const lines = body.replace(/\r\n?/g, "\n").trimEnd().split("\n");
  return (readCommentTag(body) === undefined ? lines : lines.slice(1)).join("\n");
}
