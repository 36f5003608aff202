import type { PullRequestTag } from "./pull-request-text.ts";

const KEY = /^[A-Za-z0-9._/@:-]{1,120}$/;
const HASH = /^[0-9a-f]{8,128}$/;
const LINE =
  /^\[\/\/\]: <> \(apex-optimization, group=(?<key>[A-Za-z0-9._/@:-]{1,120}), content=(?<contentHash>[0-9a-f]{8,128})\)[ \t]*$/;

/** The hidden first line of a pull request. Throws a RangeError for a key or hash of another form. */
export function pullRequestTagLine({ key, contentHash }: PullRequestTag): string {
  if (!KEY.test(key)) throw new RangeError("a group's key has at most 120 letters, digits and ._/@:-");
  if (!HASH.test(contentHash)) throw new RangeError("a content hash has 8 to 128 hexadecimal digits");
  return `[//]: <> (apex-optimization, group=${key}, content=${contentHash})`;
}

/** The tag of an optimization pull request's body, which GitHub stores with CRLF; `undefined` for any other body. */
export function readPullRequestTag(body: string): PullRequestTag | undefined {
  const end = body.search(/[\r\n]/);
  const { key, contentHash } = LINE.exec(end === -1 ? body : body.slice(0, end))?.groups ?? {};
  return key === undefined || contentHash === undefined ? undefined : { key, contentHash };
}
