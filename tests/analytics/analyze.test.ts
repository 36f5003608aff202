import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCli } from "@apex/cli";
import { recordedIo } from "@apex/cli/testing";
import { openClickHouse, openStore, withRound } from "@apex/store";
import { aSeries, temporaryDirectory } from "@apex/store/testing";
import { expect, test } from "vitest";
import { startClickHouse } from "./chdb.ts";

const POINTS = 15 * 288;

const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 1,
  lineage: "a",
  outputs: {},
  resources: [
    {
      mode: "managed",
      type: "aws_instance",
      name: "web",
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances: [
        {
          schema_version: 1,
          attributes: {
            id: "i-0a1",
            instance_type: "m5.4xlarge",
            availability_zone: "us-east-1a",
            tenancy: "default",
            instance_state: "running",
          },
        },
      ],
    },
  ],
};

/** Two weeks of a machine that uses a tenth of itself. */
function* samples() {
  const noisy = (base: number) => Array.from({ length: POINTS }, (_, index) => base + (index % 7) / 10);
  const startMs = Date.UTC(2026, 9, 1);
  yield aSeries(noisy(9), { startMs });
  yield aSeries(noisy(12), { startMs, metric: "memory_used_percent" });
}

test("apex analyze decides on what lies in ClickHouse as on what lies in files", {
  timeout: 120_000,
}, async () => {
  await using directory = await temporaryDirectory();
  await using server = await startClickHouse();
  const url = `${server.url}/fleet`;
  const [inFiles, inServer] = ["files", "server"].map((name) => join(directory.path, name));
  const state = join(directory.path, "terraform.tfstate");
  await writeFile(state, JSON.stringify(STATE));
  const files = await openStore({ directory: inFiles ?? "" });
  await files.samples.write(samples());
  await files.close();
  const now = { nowMs: Date.UTC(2026, 9, 16), signal: new AbortController().signal };
  for (const place of [inFiles, inServer])
    await withRound(place ?? "", "aws", now, (round) => round.end(now.nowMs));
  const store = await openClickHouse({ url });
  await store.samples.write(samples());
  await store.close();
  const analyzed = async (from: string | undefined, env: Record<string, string>) => {
    const line = ["analyze", "--from", from ?? "", "--state", state, "--format", "json", "--quiet"];
    const io = recordedIo({ cwd: directory.path, env });
    expect(await runCli(line, io)).toBe(0);
    return JSON.parse(io.stdout());
  };
  const fromServer = await analyzed(inServer, { CLICKHOUSE_URL: url });
  expect(fromServer.recommendations).toMatchObject([{ resourceId: "i-0a1", address: "aws_instance.web" }]);
  expect(fromServer).toEqual(await analyzed(inFiles, {}));
});
