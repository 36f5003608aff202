import type { JsonValue, TextEdit } from "@apex/core";
import { type Configuration, rereadConfiguration } from "../configuration/read-configuration.ts";
import { indexSites, type SiteIndex } from "../trace/site-index.ts";
import { applyTextEdits } from "./text-edits.ts";
import { sameValue } from "./write-site.ts";

/** What the edited configuration has to differ in, and nothing else. */
export interface Intention {
  /** By feed (`address#path`), the value it gets. */
  readonly values: ReadonlyMap<string, JsonValue>;
  /** Resources that are new. */
  readonly addresses: ReadonlySet<string>;
  /** Resources that are gone. */
  readonly removed: ReadonlySet<string>;
}

const DIFFERENCES_MAX = 5;

/**
 * Reads the edited files anew and compares every attribute of every instance before and after: the proof, by our own
 * reading, that an edit changes what it should. `undefined` when it does, else what is wrong.
 */
export function verifyEdits(
  configuration: Configuration,
  textEdits: readonly TextEdit[],
  intention: Intention,
): string | undefined {
  const edited = rereadConfiguration(configuration, applyTextEdits(configuration.source.files, textEdits));
  const [indexBefore, indexAfter] = [indexSites(configuration), indexSites(edited)];
  const before = indexBefore.values;
  const after = indexAfter.values;
  const wrong = [...wrongInstances(indexBefore, indexAfter, intention)];
  for (const feed of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(feed), after.get(feed)];
    const isWanted = intention.values.has(feed);
    if (isWanted && now !== undefined && isValue(now, intention.values.get(feed))) continue;
    const address = feed.slice(0, feed.indexOf("#"));
    const isNewOrGone =
      intention.addresses.has(address) || (now === undefined && intention.removed.has(address));
    const isSameUnset = (old ?? "null") === (now ?? "null");
    if (!isWanted && (isNewOrGone || isSameUnset || isEmptied(feed, before, after))) continue;
    wrong.push(
      `${feed.replace("#", ".")} becomes ${now ?? "unset"} instead of ${expected(intention, feed, old)}`,
    );
  }
  for (const feed of intention.values.keys()) {
    if (!after.has(feed) && !before.has(feed)) wrong.push(`${feed.replace("#", ".")} is still not set`);
  }
  return wrong.length === 0 ? undefined : wrong.slice(0, DIFFERENCES_MAX).join("; ");
}

/** Instances that came or went unasked, or stayed though they were to go. */
function wrongInstances(before: SiteIndex, after: SiteIndex, intention: Intention): readonly string[] {
  const [old, now] = [before.fleet.instances, after.fleet.instances];
  const gone = [...old.keys()].filter((address) => !now.has(address) && !intention.removed.has(address));
  const come = [...now.keys()].filter((address) => !old.has(address) && !intention.addresses.has(address));
  const kept = [...intention.removed].filter((address) => now.has(address));
  return [
    ...gone.map((address) => `${address} would no longer be declared`),
    ...come.map((address) => `${address} would be declared`),
    ...kept.map((address) => `${address} is still declared`),
  ];
}

/** An empty map or list is a value of its own until something is added to it. */
function isEmptied(
  feed: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): boolean {
  const old = before.get(feed);
  return (old === "{}" || old === "[]") && !after.has(feed);
}

function expected(intention: Intention, feed: string, old: string | undefined): string {
  const wanted = intention.values.get(feed);
  return wanted === undefined ? (old ?? "unset") : JSON.stringify(wanted);
}

function isValue(text: string, value: JsonValue | undefined): boolean {
  if (text.startsWith("unknown:")) return false;
  return sameValue(JSON.parse(text) as JsonValue, value);
}
