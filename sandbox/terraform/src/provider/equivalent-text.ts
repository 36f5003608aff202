import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isSameValue, type Value } from "./dynamic-value.ts";

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

/** `debian-cloud/debian-12` names the family of which the state holds the image that was picked. */
function isImageOf(image: string, config: string): boolean {
  const [, project, name] = GOOGLE_IMAGE.exec(image) ?? [];
  if (project === undefined || name === undefined) return false;
  const wanted = config.replace(/^projects\//, "").replace(/\/?global\/images\/(?:family\/)?/, "/");
  const [family = "", owner] = wanted
    .split("/")
    .filter((part) => part !== "")
    .reverse();
  return (
    (owner === undefined || owner === project) &&
    family !== "" &&
    (name === family || name.startsWith(`${family}-`))
  );
}

/** Google's state holds full links where configurations write a name or the end of the link. */
function isSameLink(before: string, config: string): boolean {
  if (!GOOGLE_LINK.test(before)) return false;
  const stored = before.replace(GOOGLE_LINK, "");
  const wanted = config.replace(GOOGLE_LINK, "");
  return wanted !== "" && (stored === wanted || stored.endsWith(`/${wanted}`) || isImageOf(stored, wanted));
}

/**
 * Whether a configured value says what the state already holds although the texts differ: the same JSON document
 * written otherwise (policies), a long text of which the state keeps the SHA-1 (user data, before version 6 of the
 * provider for AWS), the short form of a link to a resource of Google's. The real providers suppress these too.
 */
export function isEquivalentText(before: Value, config: Value): boolean {
  if (isSameValue(before, config)) return true;
  if (typeof before !== "string" || typeof config !== "string") return false;
  if (SHA1_HEX.test(before)) return createHash("sha1").update(config).digest("hex") === before;
  if (isSameLink(before, config)) return true;
  const stored = parseJson(before);
  return stored !== undefined && isDeepStrictEqual(stored, parseJson(config));
}
