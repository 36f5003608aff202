import {
  type Cancellation,
  type Collected,
  type CollectionPart,
  type Decimal,
  decimal,
  divide,
  formatInstant,
  HOURS_PER_MONTH,
  multiply,
  type SecondOpinion,
  subtract,
} from "@apex/core";
import { z } from "zod";
import { GCP_CALLS, type GcpCall } from "./calls.ts";
import { zonesInUse } from "./compute-inventory.ts";
import { collectedDiagnostic, type GcpSession, ItemReader } from "./gcp-session.ts";
import { exactMoney } from "./money.ts";
import { lastSegment, regionOfZone, utcInstant } from "./names.ts";
import { unreadable } from "./rest.ts";

/** Recommendations of a page. Source: Recommender API, `pageSize`. */
const PAGE_SIZE = 1000;

/** Google's own advice on instances, zone by zone. Source: Recommender API, "Recommenders". */
const RECOMMENDERS: readonly { readonly id: string; readonly call: GcpCall }[] = [
  { id: "google.compute.instance.MachineTypeRecommender", call: GCP_CALLS.machineTypeAdvice },
  { id: "google.compute.instance.IdleResourceRecommender", call: GCP_CALLS.idleInstanceAdvice },
];

/** A whole number of 64 bits. */
const WHOLE = /^-?\d{1,19}$/;

const Page = z.object({ recommendations: z.array(z.unknown()).default([]) });

const Recommendation = z.object({
  recommenderSubtype: z.string().default(""),
  lastRefreshTime: z.string().optional(),
  stateInfo: z.object({ state: z.string().optional() }).optional(),
  primaryImpact: z
    .object({
      costProjection: z
        .object({
          cost: z
            .object({
              currencyCode: z.string().optional(),
              units: z.string().regex(WHOLE).optional(),
              nanos: z.number().optional(),
            })
            .optional(),
          duration: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
  content: z
    .object({
      operationGroups: z
        .array(
          z.object({
            operations: z
              .array(
                z.object({
                  action: z.string().optional(),
                  resource: z.string().optional(),
                  path: z.string().optional(),
                  value: z.unknown().optional(),
                }),
              )
              .default([]),
          }),
        )
        .default([]),
    })
    .optional(),
});
type Recommendation = z.infer<typeof Recommendation>;

/** What Google's own recommenders think of a project's instances. */
export function opinionsPart(session: GcpSession, project: string): CollectionPart {
  return {
    key: `gcp/${project}/opinions`,
    title: `Google's own recommendations for ${project}`,
    collect: (signal) => collectOpinions(session, project, signal),
  };
}

async function* collectOpinions(
  session: GcpSession,
  project: string,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const zones = await zonesInUse(session, project, signal);
  const wanted = zones.filter((zone) => session.regions?.has(regionOfZone(zone)) !== false);
  for (const { id, call } of RECOMMENDERS) {
    const reader = new ItemReader(Recommendation, { call, project });
    for (const zone of wanted) {
      const path = `/v1/projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(zone)}/recommenders/${id}/recommendations`;
      const request = { call, project, path, query: { pageSize: PAGE_SIZE } };
      for await (const answer of session.rest.pages(request, signal)) {
        const page = Page.safeParse(answer);
        if (!page.success) throw unreadable(request);
        yield* page.data.recommendations.flatMap((item) => opinionOf(reader.read(item), session.nowMs()));
      }
    }
    for (const diagnostic of reader.diagnostics()) yield collectedDiagnostic(diagnostic);
  }
}

/** An opinion that still stands, on one instance; nothing for the others. */
function opinionOf(given: Recommendation | undefined, nowMs: number): readonly Collected[] {
  const state = given?.stateInfo?.state;
  if (given === undefined || (state !== undefined && state !== "ACTIVE")) return [];
  const operations = given.content?.operationGroups.flatMap(({ operations: all }) => all) ?? [];
  const resource = operations.find(({ resource: link }) => link?.includes("/instances/") === true)?.resource;
  if (resource === undefined) return [];
  const type = operations.find(({ action, path }) => action === "replace" && path === "/machineType")?.value;
  const savings = monthlySavings(given);
  const opinion: SecondOpinion = {
    resourceId: resource.replace(/^\/\/[^/]+\//, ""),
    source: "gcp-recommender",
    finding: given.recommenderSubtype,
    reasonCodes: [],
    ...(typeof type === "string" ? { target: lastSegment(type) } : {}),
    ...savings,
    at: utcInstant(given.lastRefreshTime) ?? formatInstant(nowMs),
  };
  return [{ kind: "opinion", opinion }];
}

/** Google projects what it would cost over a time of its own choice; less cost is a negative amount. */
function monthlySavings({
  primaryImpact,
}: Recommendation): { readonly monthlySavings: Decimal; readonly currency: string } | undefined {
  const { cost, duration } = primaryImpact?.costProjection ?? {};
  const seconds = /^(\d{1,12})(?:\.\d+)?s$/.exec(duration ?? "")?.[1];
  if (cost?.currencyCode === undefined || seconds === undefined || Number(seconds) === 0) return undefined;
  const month = decimal(HOURS_PER_MONTH * 3600);
  const saved = subtract(decimal(0), exactMoney(cost));
  return {
    monthlySavings: divide(multiply(saved, month), decimal(seconds)),
    currency: cost.currencyCode,
  };
}
