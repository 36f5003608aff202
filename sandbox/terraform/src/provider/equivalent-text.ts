import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isSameValue, type Value } from "./dynamic-value.ts";

/** What AWS calls every IP protocol; rules of security groups may say "all". */
const EVERY_PROTOCOL = "-1";
const SHA1_HEX = /^[0-9a-f]{40}$/;
const GOOGLE_LINK = /^https:\/\/[a-z.]*googleapis\.com\/(?:[a-z]+\/)?(?:v\d+|beta|alpha)\//;
const GOOGLE_IMAGE = /^projects\/([^/]+)\/global\/images\/([^/]+)$/;

function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `ubuntu-2204-jammy-v20240110`, with `minimal-` before the version and an architecture behind the name. */
const UBUNTU_IMAGE = /^ubuntu-(minimal-|pro-)?(\d{4})-[a-z]+(?:-(amd64|arm64))?-v\d+$/;
const COS_IMAGE = /^cos-(?:(arm64)-)?(\d+)-/;
const WINDOWS_IMAGE = /^windows-server-(\d{4})-dc(-core)?-v\d+$/;

/** Families whose images are not named for them: Ubuntu's, Container-Optimized OS, Windows. */
function familyOf(image: string): string | undefined {
  const ubuntu = UBUNTU_IMAGE.exec(image);
  if (ubuntu !== null) {
    const [, edition = "", version, architecture] = ubuntu;
    return `ubuntu-${edition}${version}-lts${architecture === undefined ? "" : `-${architecture}`}`;
  }
  const cos = COS_IMAGE.exec(image);
  if (cos !== null) return `cos-${cos[1] === undefined ? "" : `${cos[1]}-`}${cos[2]}-lts`;
  const windows = WINDOWS_IMAGE.exec(image);
  return windows === null ? undefined : `windows-${windows[1]}${windows[2] ?? ""}`;
}

/** `debian-cloud/debian-12` names the family of which the state holds the image that was picked. */
function isImageOf(image: string, config: string): boolean {
  const [, project, name] = GOOGLE_IMAGE.exec(image) ?? [];
  if (project === undefined || name === undefined) return false;
  const wanted = config
    .replace(/^projects\//, "")
    .replace(/(^|\/)(?:global\/images\/)?(?:family\/)?([^/]+)$/, "$1$2");
  const [family = "", owner] = wanted
    .split("/")
    .filter((part) => part !== "")
    .reverse();
  return (
    (owner === undefined || owner === project) &&
    family !== "" &&
    (name === family || name.startsWith(`${family}-`) || familyOf(name) === family)
  );
}

/** A link of Google's without its server and version; `undefined` for any other text. */
function linkPath(text: string): string | undefined {
  if (GOOGLE_LINK.test(text)) return text.replace(GOOGLE_LINK, "");
  return /^projects\/[^/]+\/(?:global|regions|zones)\//.test(text) ? text : undefined;
}

/** Google's state and configurations write a full link, the end of one, or a name, each where the other does not. */
function isSameLink(before: string, config: string): boolean {
  const stored = linkPath(before);
  if (stored === undefined) return isEndOfLink(linkPath(config), before);
  const wanted = config.replace(GOOGLE_LINK, "");
  return isEndOfLink(stored, wanted) || isImageOf(stored, wanted);
}

function isEndOfLink(link: string | undefined, end: string): boolean {
  return link !== undefined && end !== "" && (link === end || link.endsWith(`/${end}`));
}

/**
 * Whether a configured value says what the state already holds although the texts differ: the same JSON document
 * written otherwise (policies), a long text of which the state keeps the SHA-1 (user data, before version 6 of the
 * provider for AWS), the short form of a link to a resource of Google's,
 * every protocol. The real providers suppress these too.
 */
export function isEquivalentText(before: Value, config: Value): boolean {
  if (isSameValue(before, config)) return true;
  if (typeof before !== "string" || typeof config !== "string") return false;
  if (SHA1_HEX.test(before)) return createHash("sha1").update(config).digest("hex") === before;
  if (before === EVERY_PROTOCOL && config === "all") return true;
  if (isSameLink(before, config)) return true;
  const stored = parseJson(before);
  return stored !== undefined && isDeepStrictEqual(stored, parseJson(config));
}
