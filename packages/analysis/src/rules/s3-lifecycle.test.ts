import type { JsonObject, Resource } from "@apex/core";
import { expect, test } from "vitest";
import { reasonOf, recommended, resource, run } from "../testing/builders.ts";

const GB = 1024 ** 3;

function bucket(attributes: JsonObject = {}, uploads?: number, over: Partial<Resource> = {}): Resource {
  const details: JsonObject = uploads === undefined ? {} : { incomplete_multipart_upload_bytes: uploads };
  return resource(
    "aws_s3_bucket",
    "logs",
    { bucket: "logs", lifecycle_rule: [], versioning: [{ enabled: false }], ...attributes },
    { observed: { at: "2026-06-15T00:00:00Z", details }, ...over },
  );
}

const configuration = (rule: JsonObject): Resource =>
  resource(
    "aws_s3_bucket_lifecycle_configuration",
    "logs",
    { bucket: "logs", rule: [rule] },
    { address: "aws_s3_bucket_lifecycle_configuration.logs" },
  );

const ABORT = {
  id: "x",
  status: "Enabled",
  filter: [{}],
  abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
};

test("where it is known what incomplete uploads hold, a rule beside the bucket ends them", async () => {
  const found = recommended(await run([bucket({}, 1000 * GB)], []), "s3-lifecycle");
  expect(found).toMatchObject({
    action: "set-lifecycle",
    monthlySavings: { list: "23", net: "23" },
    changes: [
      {
        kind: "add-resource",
        besideAddress: "aws_s3_bucket.logs",
        type: "aws_s3_bucket_lifecycle_configuration",
        attributes: { bucket: { ref: "id" } },
        blocks: [
          { type: "rule", blocks: [{ type: "filter" }, { attributes: { days_after_initiation: 7 } }] },
        ],
      },
    ],
  });
  expect(found.unknowns.join()).toContain("storage classes and expiry");
});

test("what it would save without sizes is not made up: the advice comes as the reason", async () => {
  expect(reasonOf(await run([bucket()], []), "s3-lifecycle")).toBe(
    "no rule ends uploads that were never completed after 7 days; add it, though what it saves is not known: S3 Storage Lens shows it",
  );
  const versioned = bucket({ versioning: [{ enabled: true }] });
  expect(reasonOf(await run([versioned], []), "s3-lifecycle")).toContain("keeps every old version");
});

test("a bucket that has rules gets none written, for a second lifecycle would take their place", async () => {
  const other = { id: "logs", status: "Enabled", filter: [{ prefix: "a/" }], expiration: [{ days: 30 }] };
  const found = recommended(await run([bucket({}, 1000 * GB), configuration(other)], []), "s3-lifecycle");
  expect(found.changes).toEqual([]);
  expect(found.evidence.notes.join()).toContain("in aws_s3_bucket_lifecycle_configuration.logs");
});

const enough: readonly (readonly [string, readonly Resource[]])[] = [
  ["a rule of its own", [bucket({}, 1000 * GB), configuration(ABORT)]],
  [
    "a rule of the bucket",
    [bucket({ lifecycle_rule: [{ enabled: true, abort_incomplete_multipart_upload_days: 3 }] }, 1000 * GB)],
  ],
];
test.each(enough)("%s is enough", async (_, resources) => {
  const analysis = await run(resources, []);
  expect([...analysis.recommendations, ...analysis.abstentions]).toEqual([]);
});

const partial: readonly (readonly [string, JsonObject])[] = [
  ["is off", { ...ABORT, status: "Disabled" }],
  ["is for a prefix", { ...ABORT, filter: [{ prefix: "tmp/" }] }],
  ["is for a tag", { ...ABORT, filter: [{ tag: [{ key: "a", value: "b" }] }] }],
];
test.each(partial)("a rule that %s is not", async (_, rule) => {
  expect(reasonOf(await run([bucket(), configuration(rule)], []), "s3-lifecycle")).toContain(
    "no rule ends uploads",
  );
});

test("old versions are the owner's", async () => {
  const versioning = resource("aws_s3_bucket_versioning", "logs-v", {
    bucket: "logs",
    versioning_configuration: [{ status: "Enabled" }],
  });
  const analysis = await run([bucket({ versioning: null }), versioning, configuration(ABORT)], []);
  expect(reasonOf(analysis, "s3-lifecycle")).toContain("its owner has to say");
  const expires = configuration({ ...ABORT, noncurrent_version_expiration: [{ noncurrent_days: 90 }] });
  expect((await run([bucket(), versioning, expires], [])).abstentions).toEqual([]);
});

test("what is not known, costs little or has no price is left alone", async () => {
  expect(reasonOf(await run([bucket({ lifecycle_rule: null })], []), "s3-lifecycle")).toContain(
    "neither in the state",
  );
  expect(reasonOf(await run([bucket({}, GB)], []), "s3-lifecycle")).toContain("would save less than");
  expect(reasonOf(await run([bucket({}, 0)], []), "s3-lifecycle")).toContain("none lies in it today");
  const far = bucket({}, 1000 * GB, { region: "ap-south-2" });
  expect(reasonOf(await run([far], []), "s3-lifecycle")).toContain("price is not known");
});

test("an inventory tells rules and sizes by itself", async () => {
  const live = (rules: readonly JsonObject[]) =>
    resource(
      "aws_s3_bucket",
      "logs",
      { bucket: "logs", versioning: [{ enabled: false }] },
      {
        observed: {
          at: "2026-06-15T00:00:00Z",
          details: { lifecycle_rules: rules, bytes_by_storage_class: { StandardStorage: 40.5 * GB } },
        },
      },
    );
  expect(reasonOf(await run([live([])], []), "s3-lifecycle")).toContain("(of 41 GB in the Standard class)");
  const tagged = {
    status: "Enabled",
    filter: [{ tags: { a: "b" } }],
    abort_incomplete_multipart_upload: [{}],
  };
  expect(reasonOf(await run([live([tagged])], []), "s3-lifecycle")).toContain("no rule ends uploads");
  expect((await run([live([{ ...tagged, filter: [] }])], [])).abstentions).toEqual([]);
});
