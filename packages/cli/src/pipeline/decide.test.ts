import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { COMMITTED_PRICES } from "@apex/catalog";
import { expect, onTestFinished, test } from "vitest";
import { openProgress } from "../progress.ts";
import { recordedIo } from "../testing.ts";
import { decide } from "./decide.ts";
import { loadPolicy } from "./load-policy.ts";
import { withData } from "./with-data.ts";

/** A database whose state tells no ARN. */
const database = (name: string, region: string) => ({
  mode: "managed",
  type: "aws_db_instance",
  name,
  provider: 'provider["registry.terraform.io/hashicorp/aws"]',
  instances: [{ attributes: { identifier: "orders", instance_class: "db.m5.large", region } }],
});

const machine = {
  mode: "managed",
  type: "aws_instance",
  name: "web",
  provider: 'provider["registry.terraform.io/hashicorp/aws"]',
  instances: [{ attributes: { id: "i-1", instance_type: "m5.large" } }],
};

test("charts are kept of what was judged: not of a name that could be of several, nor of what is in no state", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "apex-decide-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const [stateFile, metricFile] = [path.join(home, "terraform.tfstate"), path.join(home, "metrics.csv")];
  const resources = [database("eu", "eu-west-1"), database("us", "us-east-1"), machine];
  await writeFile(stateFile, JSON.stringify({ version: 4, resources }));
  const samples = ["orders", "i-1", "i-9"].map((id) => `2026-11-20T03:00:00Z,${id},cpu_percent,4\n`);
  await writeFile(metricFile, `timestamp,resource_id,metric,value\n${samples.join("")}`);
  const { policy } = await loadPolicy(undefined, home);
  const io = recordedIo({ cwd: home });
  const inputs = {
    terraformDirectory: home,
    stateFile,
    varFiles: [],
    costFiles: [],
    metricFiles: [metricFile],
    policy,
    prices: COMMITTED_PRICES,
    storeDirectory: path.join(home, "store"),
    apply: false,
  };
  const { profiles, analysis } = await withData(io, inputs, openProgress(io), (data) => decide(inputs, data));
  expect([...profiles.keys()]).toEqual(["i-1"]);
  expect(analysis.diagnostics.map(({ code }) => code)).toEqual([
    "profile-without-resource",
    "resource-id-shared",
  ]);
});
