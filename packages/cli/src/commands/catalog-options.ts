import type { Command } from "commander";
import { commaList } from "../collect/comma-list.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** `apex catalog …`. */
export function addCatalog(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  const catalog = program
    .command("catalog")
    .description(
      "price lists of the clouds, kept beside the tables that come with Apex; the newer price is used",
    );
  const sync = catalog
    .command("sync")
    .description("bring the price lists up to date; what cannot be had stays");
  sync
    .command("aws")
    .description("AWS's public price lists; no credentials are needed")
    .option("--regions <names>", "such as us-east-1,eu-west-1; else those synced before", commaList)
    .option(
      "--services <names>",
      "such as ec2,rds,savings-plans,spot; else all but spot, which needs credentials",
      commaList,
    )
    .option(
      "--endpoint-url <url>",
      "a mirror, in place of https://pricing.us-east-1.amazonaws.com; not for spot",
    )
    .option("--file <file>", "an index.csv or index.json that was fetched by other means, plain or gzip")
    .option("--into <dir>", "the catalogue; else .apex/catalog")
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (options) => {
      const { runCatalogSync } = await import("./catalog-sync.ts");
      finish(await runCatalogSync(io, options));
    });
  sync
    .command("gcp")
    .description("Google's price list, with the credentials of the environment")
    .option("--regions <names>", "such as us-central1,europe-west1; else those synced before", commaList)
    .option("--endpoint-url <url>", "in place of https://cloudbilling.googleapis.com")
    .option("--into <dir>", "the catalogue; else .apex/catalog")
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (options) => {
      const { runGcpCatalogSync } = await import("./catalog-sync.ts");
      finish(await runGcpCatalogSync(io, options));
    });
  catalog
    .command("show")
    .description("every known price of a machine type, with its date")
    .argument("<type>", "m5.large, db.r6g.large, cache.r7g.large, n2-standard-4")
    .option("--region <name>", "only this region")
    .option("--prices <file>", "private prices; else apex.prices.yaml where you stand")
    .option("--catalog <dir>", "the catalogue; else .apex/catalog")
    .option("--json", "print JSON")
    .action(async (type: string, options) => {
      const { runCatalogShow } = await import("./catalog-show.ts");
      finish(await runCatalogShow(io, { type, ...options }));
    });
  catalog
    .command("status")
    .description("which price lists are in the catalogue, and of which day")
    .option("--catalog <dir>", "the catalogue; else .apex/catalog")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { runCatalogStatus } = await import("./catalog-show.ts");
      finish(await runCatalogStatus(io, options));
    });
}
