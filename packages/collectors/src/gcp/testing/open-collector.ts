import type { Collected, CollectionPart, Resource } from "@apex/core";
import { GoogleAuth } from "google-auth-library";
import { onTestFinished } from "vitest";
import { gcpCollector } from "../collector.ts";
import type { RetryPolicy } from "../retry.ts";
import { accountRoutes, type HeldProject } from "./gcp-account.ts";
import { type GcpServer, startGcpServer } from "./gcp-server.ts";

/** Saturday noon, and two minutes that make no period. */
export const NOW = Date.parse("2026-11-21T12:02:00Z");

/** A signal that nobody aborts. */
export const running = new AbortController().signal;

/** Repeats as the collector does, and notes the waits in place of waiting. */
export function notedRetries(attemptsMax: number): {
  readonly retries: RetryPolicy;
  readonly waits: readonly number[];
} {
  const waits: number[] = [];
  const wait = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  return { retries: { attemptsMax, firstDelayMs: 1, delayMaxMs: 60_000, wait }, waits };
}

/** Credentials that a server issues the tokens of. */
export function authOf(server: GcpServer): GoogleAuth {
  return new GoogleAuth({
    credentials: server.federation as never,
    scopes: ["https://www.googleapis.com/auth/cloud-platform"],
  });
}

/** A server that holds some projects, for the length of a test, and the collector that asks it. */
export async function openCollector(
  projects: Readonly<Record<string, HeldProject>>,
  options: { readonly projects?: readonly string[]; readonly regions?: readonly string[] } = {},
) {
  const server = await startGcpServer(accountRoutes(projects));
  onTestFinished(() => server.close());
  const { retries, waits } = notedRetries(4);
  const collector = gcpCollector({
    auth: authOf(server),
    projects: options.projects ?? Object.keys(projects),
    regions: options.regions,
    endpointUrl: server.url,
    nowMs: () => NOW,
    retries,
  });
  return { server, collector, waits };
}

/** All that some parts yield, one after the other. */
export async function all(parts: readonly CollectionPart[]): Promise<readonly Collected[]> {
  const items: Collected[] = [];
  for (const part of parts) for await (const item of part.collect(running)) items.push(item);
  return items;
}

/** The resources among what was collected. */
export function resourcesOf(items: readonly Collected[]): readonly Resource[] {
  return items.flatMap((item) => (item.kind === "resource" ? [item.resource] : []));
}

/** The part whose key ends so. */
export function partOf(parts: readonly CollectionPart[], end: string): CollectionPart {
  const found = parts.find(({ key }) => key.endsWith(end));
  if (found === undefined) throw new Error(`no part ${end} among ${parts.map(({ key }) => key).join(", ")}`);
  return found;
}
