import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { runCli } from "../run-cli.ts";
import { type RecordedIo, recordedIo } from "../testing.ts";

/** A price list in the published shape: one machine in Stockholm, on demand and reserved. */
const PRICE_LIST = `"FormatVersion","v1.0"
"Disclaimer","As is."
"Publication Date","2026-11-20T00:00:00Z"
"Version","20261120000000"
"OfferCode","AmazonEC2"
"SKU","OfferTermCode","TermType","StartingRange","Unit","PricePerUnit","Currency","LeaseContractLength","PurchaseOption","OfferingClass","Product Family","Instance Type","Operating System","License Model","Tenancy","usageType","operation","CapacityStatus","Pre Installed S/W","Region Code","MarketOption"
"A","JRTCKXETXF","OnDemand","0","Hrs","0.1020000000","USD","","","","Compute Instance","m5.large","Linux","No License required","Shared","EUN1-BoxUsage:m5.large","RunInstances","Used","NA","eu-north-1","OnDemand"
"A","NQ3QZPMQV9","Reserved","","Hrs","0.0000000000","USD","3yr","All Upfront","standard","Compute Instance","m5.large","Linux","No License required","Shared","EUN1-BoxUsage:m5.large","RunInstances","Used","NA","eu-north-1","OnDemand"
"A","NQ3QZPMQV9","Reserved","","Quantity","1077.48","USD","3yr","All Upfront","standard","Compute Instance","m5.large","Linux","No License required","Shared","EUN1-BoxUsage:m5.large","RunInstances","Used","NA","eu-north-1","OnDemand"
`;

const PLAN = {
  format_version: "1.2",
  terraform_version: "1.11.4",
  planned_values: {},
  configuration: { root_module: {} },
  resource_changes: [
    {
      address: "aws_instance.web",
      mode: "managed",
      type: "aws_instance",
      name: "web",
      provider_name: "registry.terraform.io/hashicorp/aws",
      change: {
        actions: ["create"],
        before: null,
        after: { instance_type: "m5.large", availability_zone: "eu-north-1a" },
        after_unknown: {},
      },
    },
  ],
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apex-catalog-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** Of an environment with AWS_REGION set to nothing. */
async function apex(...words: readonly string[]): Promise<RecordedIo & { readonly exitCode: number }> {
  const io = recordedIo({ cwd: folder, env: { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-central-1" } });
  return { ...io, exitCode: await runCli(words, io) };
}

async function priceServer(): Promise<string> {
  const version = "/offers/v1.0/aws/AmazonEC2/20261120000000/eu-north-1/index";
  const index = {
    regions: { "eu-north-1": { regionCode: "eu-north-1", currentVersionUrl: `${version}.json` } },
  };
  const server = createServer((request, response) => {
    if (request.url === `${version}.csv`) response.end(PRICE_LIST);
    else if (request.url?.endsWith("/AmazonEC2/current/region_index.json") === true)
      response.end(JSON.stringify(index));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("apex catalog", () => {
  it("syncs a region, shows a type in every way to pay, and is what apex cost prices from", async () => {
    const server = await priceServer();
    const sync = ["catalog", "sync", "aws", "--endpoint-url", server, "--services", "ec2"] as const;
    const synced = await apex(...sync, "--regions", "eu-north-1", "--json");
    expect(synced.exitCode).toBe(0);
    expect(JSON.parse(synced.stdout())).toMatchObject({
      lists: [{ kind: "synced", list: "AmazonEC2", region: "eu-north-1", prices: 2, date: "2026-11-20" }],
    });
    // The next sync takes the regions that are there.
    expect((await apex(...sync)).stdout()).toBe("AmazonEC2 of eu-north-1: as before, of 2026-11-20\n");
    const shown = await apex("catalog", "show", "m5.large", "--region", "eu-north-1");
    expect(shown.stdout()).toBe(
      [
        "region      for    bought                    USD per hour  of",
        "eu-north-1  linux  on-demand                        0.102  2026-11-20",
        "eu-north-1  linux  reserved-3yr-all-upfront         0.041  2026-11-20",
        "",
      ].join("\n"),
    );
    expect((await apex("catalog", "status")).stdout()).toContain(
      "aws AmazonEC2  eu-north-1  2026-11-20       2",
    );
    await writeFile(path.join(folder, "plan.json"), JSON.stringify(PLAN));
    const cost = await apex("cost", "--plan", "plan.json", "--format", "json");
    expect(JSON.parse(cost.stdout())).toMatchObject({
      total: "74.46",
      priceDates: { "EC2 eu-north-1 linux": "2026-11-20" },
    });
  });

  it("syncs after the sync that is running, so that both succeed", async () => {
    const server = await priceServer();
    const words = ["catalog", "sync", "aws", "--endpoint-url", server, "--services", "ec2"];
    const runs = Array.from({ length: 3 }, () => apex(...words, "--regions", "eu-north-1"));
    const told = (await Promise.all(runs)).map(({ exitCode, stdout }) => `${exitCode} ${stdout()}`);
    expect(told.toSorted()).toEqual([
      "0 AmazonEC2 of eu-north-1: 2 prices of 2026-11-20\n",
      "0 AmazonEC2 of eu-north-1: as before, of 2026-11-20\n",
      "0 AmazonEC2 of eu-north-1: as before, of 2026-11-20\n",
    ]);
  });

  it("never sends credentials to the mirror of the public lists: spot prices are EC2's to tell", async () => {
    const counting = async (): Promise<{ url: string; asked: string[] }> => {
      const asked: string[] = [];
      const server = createServer((request, response) => {
        asked.push(request.headers.authorization ?? "");
        response.writeHead(403).end();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
    };
    const mirror = await counting();
    const cloud = await counting();
    const given = { AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "x", AWS_ENDPOINT_URL: cloud.url };
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const words = ["--services", "spot", "--regions", "eu-north-1", "--endpoint-url", mirror.url] as const;
    expect((await apex("catalog", "sync", "aws", ...words)).exitCode).toBeGreaterThan(0);
    expect(mirror.asked).toEqual([]);
    expect(cloud.asked[0]).toContain("/eu-central-1/sts/");
  });

  it("keeps what was synced and ends with 3 when a list cannot be had", async () => {
    const server = await priceServer();
    const words = ["catalog", "sync", "aws", "--endpoint-url", server, "--services", "ec2,rds"] as const;
    const failed = await apex(...words, "--regions", "eu-north-1");
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr()).toContain("1 of 2 price lists could not be had; the others are in the catalogue");
    expect(failed.stdout()).toContain("AmazonRDS of eu-north-1: not had:");
    expect((await apex("catalog", "status", "--json")).stdout()).toContain('"list": "AmazonEC2"');
  });

  it("takes a file that was fetched by other means", async () => {
    await writeFile(path.join(folder, "index.csv"), PRICE_LIST);
    const imported = await apex("catalog", "sync", "aws", "--file", "index.csv", "--regions", "eu-north-1");
    expect(imported.stdout()).toBe("AmazonEC2 of eu-north-1: 2 prices of 2026-11-20\n");
  });

  it.each([
    [["sync", "aws", "--regions", "../etc"], /write regions as eu-west-1/],
    [["sync", "aws", "--services", "ec3"], /known are ec2, rds/],
    [["sync", "gcp", "--regions", "eu-west-1"], /write regions as europe-west1/],
    [["sync", "aws", "--file", "index.csv"], /--file/],
    [["show", "m99.large"], /no price of m99.large is known/],
    [["show", "m5.large", "--catalog", "nowhere"], /nowhere is no folder/],
  ])("says what is wrong with %j", async (words, message) => {
    const { exitCode, stderr } = await apex("catalog", ...words);
    expect(exitCode).toBeGreaterThan(0);
    expect(stderr()).toMatch(message);
  });

  it("says how to log in to Google's price list, in one line", async () => {
    // The client looks for credentials in the process's own environment.
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", path.join(folder, "none.json"));
    onTestFinished(() => void vi.unstubAllEnvs());
    const { exitCode, stderr } = await apex("catalog", "sync", "gcp", "--endpoint-url", "http://127.0.0.1:1");
    expect(exitCode).toBe(3);
    expect(stderr()).toMatch(/^apex: .*credentials.*\n$/m);
    expect(stderr()).not.toContain("    at ");
  });

  it("shows what the contract leaves of a list price", async () => {
    await writeFile(
      path.join(folder, "apex.prices.yaml"),
      "discounts:\n  - service: ec2\n    regions: [us-*]\n    percent: 10\n",
    );
    const shown = await apex("catalog", "show", "m5.large");
    expect(shown.stdout()).toBe(
      [
        "region     for    bought     USD per hour    paid  of",
        "eu-west-1  linux  on-demand         0.107   0.107  2022-05-22",
        "us-east-1  linux  on-demand         0.096  0.0864  2026-07-20",
        "",
      ].join("\n"),
    );
  });

  it("names every mistake of the private prices with its place", async () => {
    await writeFile(
      path.join(folder, "mine.yaml"),
      "discounts:\n  - percent: 120\n    familes: [m5]\nrates:\n  - service: ec2\n    type: m5.large\n    hourly: dear\n",
    );
    const { exitCode, stderr } = await apex("catalog", "show", "m5.large", "--prices", "mine.yaml");
    expect(exitCode).toBe(3);
    expect(stderr()).toMatch(
      /mine.yaml has mistakes:\n.*discounts\[0\].percent.*\n.*familes is not a setting\n.*rates\[0\].hourly/,
    );
    const missing = await apex("catalog", "show", "m5.large", "--prices", "none.yaml");
    expect(missing.stderr()).toContain("name an apex.prices.yaml");
  });

  it("says that nothing is synced yet", async () => {
    expect((await apex("catalog", "status")).stdout()).toMatch(
      /^no price lists in .*see apex catalog sync\n$/,
    );
  });
});
