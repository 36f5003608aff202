import type { PullRequestTag } from "./pull-request-text.ts";

const KEY = /^[A-Za-z0-9._/@:-]{1,120}$/;
const HASH = /^[0-9a-f]{8,128}$/;
/** The hidden first line of a pull request. Throws a RangeError for a key or hash of another form. */
export function pullRequestTagLine({ key, contentHash }: PullRequestTag): string {
  if (!KEY.test(key)) throw new RangeError("a group's key has at most 120 letters, digits and ._/@:-");
  if (!HASH.test(contentHash)) throw new RangeError("a content hash has 8 to 128 hexadecimal digits");
  return `[//]: <> (apex-optimization, group=${key}, content=${contentHash})`;
}
