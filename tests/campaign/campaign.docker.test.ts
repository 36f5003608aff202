/** A change of the example fleet as a campaign: quoted, done by a worker in real containers, billed and reported. */
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { dockerDescribe } from "@apex/core/testing";
import { openRecordStores, type OpenRecordStores } from "@apex/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, runApexShown } from "../run-apex.ts";

const ACME = path.join(ROOT, "examples/acme");
const TIMEOUT_MS = 300_000;
const TARGET = 'aws_instance.web["web-1"]';

// So short a window has no pattern to it, and is over soon: what the verdict is, other tests find out.
const MAPPING = `schema: apex.workloads/v1
workloads:
  - address: ${TARGET}
    files: [${path.join(ACME, "data/logs/web-1-peak.log.gz")}]
    busiest: 0.02
    minutes: 1
`;

let home: string;
let store: OpenRecordStores;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-campaign-test-"));
  await writeFile(path.join(home, "workloads.yaml"), MAPPING);
  store = openRecordStores({ directory: home });
  await store.connection();
});

afterAll(async () => {
  await store?.close();
  await rm(home, { recursive: true, force: true });
});

const apex = (...args: readonly string[]) => runApexShown(home, args);

const FLEET = [
  ["--terraform", path.join(ACME, "terraform")],
  ["--state", path.join(ACME, "terraform.tfstate")],
  ["--var-file", path.join(ACME, "terraform/envs/prod.tfvars")],
  ["--metrics", path.join(ACME, "data/metrics/cloudwatch-ec2.json.gz")],
].flat();

interface Shown {
  readonly campaign: {
    readonly id: string;
    readonly state: string;
    readonly charged: string;
    readonly quote: string;
  };
  readonly runs: readonly {
    readonly runId: string;
    readonly state: string;
    readonly verdict: string | null;
    readonly charged: string | null;
    readonly freeReason: string | null;
    readonly isReused: boolean;
  }[];
}

const create = ["campaign", "create", ...FLEET, "--json"] as const;

dockerDescribe("a campaign over the example fleet", () => {
  test(
    "ends with a verdict, a bill and a report; asked for again, only what our machine left open is left to do",
    async () => {
      const out = path.join(home, "out");
      expect((await apex("optimize", ...FLEET, "--out", out)).code).toBe(0);
      const which = ["--report", out, "--workloads", path.join(home, "workloads.yaml"), "--address", TARGET];
      const drafted = JSON.parse((await apex(...create, ...which, "--start")).stdout) as Shown;
      const { id } = drafted.campaign;
      expect(drafted.campaign.state).toBe("running");
      expect(drafted.runs).toHaveLength(1);

      expect((await apex("worker", "--once")).code).toBe(0);
      const status = await apex("campaign", "status", id, "--json");
      const { campaign, runs } = JSON.parse(status.stdout) as Shown;
      const [run] = runs;
      expect([campaign.state, run?.state]).toEqual(["done", "done"]);
      expect(["pass", "fail", "inconclusive"]).toContain(run?.verdict);
      expect(status.code).toBe({ pass: 0, fail: 5, inconclusive: 6 }[run?.verdict ?? ""]);
      // On a machine with other work the verdict may be our own fault, and then it is free.
      expect(run?.freeReason === null).toBe(Number(run?.charged) > 0);
      expect(Number(campaign.charged)).toBeLessThanOrEqual(Number(campaign.quote));
      const charges = await store.billing.charges({ tenant: "default" });
      const sum = charges.reduce((total, { amount }) => total + Number(amount), 0);
      expect(sum).toBeCloseTo(Number(campaign.charged), 12);
      expect((await store.billing.audit()).problems).toEqual([]);

      const report = path.join(home, "report");
      expect((await apex("campaign", "report", id, "--out", report)).code).toBe(status.code);
      await access(path.join(report, "runs", run?.runId ?? "", "validation.html"));
      expect(await readFile(path.join(report, "campaign.html"), "utf8")).toContain(
        `runs/${run?.runId}/validation.html`,
      );

      const again = JSON.parse((await apex(...create, ...which)).stdout) as Shown;
      // What was charged is known; a verdict that our machine left open is looked for once more.
      const isKnown = run?.freeReason === null;
      expect(again.runs).toMatchObject([{ runId: run?.runId, isReused: isKnown }]);
      expect(again.campaign.quote === "0").toBe(isKnown);
      // Inputs of the run are gone with it, but for what the cache keeps.
      const left = (await readdir(path.join(home, "runs"))).filter((name) => !name.endsWith(".jsonl"));
      expect(left).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
