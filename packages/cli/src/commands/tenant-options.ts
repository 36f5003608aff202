import { TIERS } from "@apex/billing/choices";
import { Argument, type Command, Option } from "commander";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** `apex tenant …`: customers and what they pay for. */
export function addTenant(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  const tenant = program.command("tenant").description("customers, and what their tiers give them");
  tenant
    .command("create")
    .description("a new customer")
    .argument("<id>", "lower case letters, digits and hyphens")
    .option("--name <name>", "as it is to stand on invoices; else the id")
    .addOption(new Option("--tier <tier>", "what it pays for").choices(TIERS).default("free"))
    .action(async (id: string, options) => {
      const { runTenantCreate } = await import("./tenant.ts");
      finish(await runTenantCreate(io, { id, ...options }));
    });
  tenant
    .command("list")
    .description("all customers")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { runTenantList } = await import("./tenant.ts");
      finish(await runTenantList(io, options));
    });
  tenant
    .command("set-tier")
    .description("change what a customer pays for, from now on")
    .argument("<id>")
    .addArgument(new Argument("<tier>").choices(TIERS))
    .action(async (id: string, tier) => {
      const { runTenantSetTier } = await import("./tenant.ts");
      finish(await runTenantSetTier(io, { id, tier }));
    });
  tenant
    .command("show")
    .description("a customer's limits, and what of them is used this month")
    .argument("<id>")
    .option("--json", "print JSON")
    .action(async (id: string, options) => {
      const { runTenantShow } = await import("./tenant.ts");
      finish(await runTenantShow(io, { id, ...options }));
    });
}
