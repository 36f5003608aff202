import {
  type Diagnostic,
  formatAddress,
  type InstanceKey,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  parseAddress,
  type Resource,
} from "@apex/core";
import { z } from "zod";
import { accountOf, identityOf, providerOf, regionOf, tagsOf } from "./identity.ts";
import {
  SensitiveStep,
  ShowJson,
  ShownModule,
  ShownResource,
  ShownValues,
  StateV4,
  StateV4Instance,
  StateV4Resource,
} from "./schema.ts";
import { withoutSensitiveMirror, withoutSensitivePaths } from "./sensitive.ts";

/** Modules nested deeper than this are not a configuration but a loop. */
const MODULE_DEPTH_MAX = 64;

/** The resources of a state, and what could not be read of it. */
export interface DecodedState {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Collects while a state is walked. */
class Findings {
  readonly resources: Resource[] = [];
  readonly diagnostics: Diagnostic[] = [];
  /** Instances of providers that Apex does not size, by type prefix. */
  readonly others = new Map<string, number>();
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  report(
    severity: Diagnostic["severity"],
    code: string,
    summary: string,
    more: Partial<Diagnostic> = {},
  ): void {
    this.diagnostics.push({ severity, code, summary, source: { file: this.file }, ...more });
  }

  malformed(what: string, error: z.ZodError): void {
    const issue = error.issues[0];
    const where =
      issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.map(String).join(".")}`;
    this.report(
      "warning",
      "state-instance-malformed",
      `${what} is malformed${where}: ${issue?.message ?? "unreadable"}`,
      {
        detail: "It is left out; all others are used.",
      },
    );
  }

  add(type: string, address: string, attributes: JsonObject): void {
    const provider = providerOf(type);
    if (provider === undefined) {
      const prefix = type.split("_", 1)[0] ?? type;
      this.others.set(prefix, (this.others.get(prefix) ?? 0) + 1);
      return;
    }
    const identity = identityOf(provider, type, attributes);
    if (identity === undefined) {
      this.report(
        "warning",
        "state-instance-without-id",
        `${address} has no id in the state and is left out`,
        { address },
      );
      return;
    }
    const region = regionOf(provider, attributes);
    const account = accountOf(provider, attributes);
    this.resources.push({
      ...identity,
      provider,
      type,
      address,
      ...(region === undefined ? {} : { region }),
      ...(account === undefined ? {} : { account }),
      tags: tagsOf(provider, attributes),
      attributes,
    });
  }

  finish(): DecodedState {
    if (this.others.size > 0) {
      const list = [...this.others].map(([prefix, count]) => `${prefix} (${count})`).join(", ");
      this.report(
        "info",
        "state-other-providers",
        `Resources of providers that Apex does not size are left out: ${list}`,
      );
    }
    return { resources: this.resources, diagnostics: this.diagnostics };
  }
}

/**
 * Reads the resources of a Terraform state: version 4, or `terraform show -json` of a state or a plan (its prior state).
 * A malformed instance loses only itself. Secrets do not come along.
 */
export function decodeState(file: string, document: JsonValue): DecodedState {
  const findings = new Findings(file);
  const state = StateV4.safeParse(document);
  if (state.success) {
    for (const [index, resource] of (state.data.resources ?? []).entries())
      readResource(findings, resource, index);
    return findings.finish();
  }
  const shown = ShowJson.safeParse(document);
  if (shown.success) {
    readShown(findings, shown.data);
    return findings.finish();
  }
  const version = z.object({ version: z.number() }).safeParse(document);
  if (version.success && version.data.version !== 4) {
    findings.report(
      "error",
      "state-version",
      `${file} is a state of version ${version.data.version}; only 4 is read`,
      {
        detail:
          version.data.version < 4
            ? "Run `terraform show -json` with Terraform 0.12 or later after `terraform init`, which upgrades it."
            : "Run `terraform show -json` with the Terraform that wrote it and give its output.",
      },
    );
  } else {
    findings.report(
      "error",
      "state-unrecognised",
      `${file} is neither a Terraform state nor \`terraform show -json\``,
      {
        detail: "Give terraform.tfstate, or the output of `terraform show -json` or `terraform state pull`.",
      },
    );
  }
  return findings.finish();
}

function readResource(findings: Findings, value: unknown, index: number): void {
  const resource = StateV4Resource.safeParse(value);
  if (!resource.success) {
    findings.malformed(`Resource ${index} of the state`, resource.error);
    return;
  }
  const { data } = resource;
  if (data.mode !== "managed") return;
  const block = `${data.module === undefined ? "" : `${data.module}.`}${data.type}.${data.name}`;
  for (const [position, raw] of data.instances.entries()) {
    const instance = StateV4Instance.safeParse(raw);
    if (!instance.success) {
      findings.malformed(`Instance ${position} of ${block}`, instance.error);
      continue;
    }
    const address = withKey(block, instance.data.index_key ?? undefined);
    if (address === undefined) {
      findings.report(
        "warning",
        "state-address-malformed",
        `${block} is no Terraform address; it is left out`,
      );
    } else if (instance.data.deposed !== undefined) {
      reportDeposed(findings, address);
    } else {
      const paths = (instance.data.sensitive_attributes ?? []).map(sensitivePath);
      findings.add(data.type, address, withoutSensitivePaths(instance.data.attributes, paths));
    }
  }
}

function withKey(block: string, key: InstanceKey | undefined): string | undefined {
  const address = parseAddress(block);
  if (address === undefined) return undefined;
  return formatAddress(key === undefined ? address : { ...address, key });
}

function reportDeposed(findings: Findings, address: string): void {
  findings.report(
    "info",
    "state-deposed",
    `A deposed object of ${address} is left out: Terraform will delete it`,
    {
      address,
    },
  );
}

function sensitivePath(steps: readonly unknown[]): JsonPath {
  const path: (string | number)[] = [];
  for (const step of steps) {
    const parsed = SensitiveStep.safeParse(step);
    // Cutting the path short removes more rather than less.
    if (!parsed.success) break;
    const { value } = parsed.data;
    path.push(typeof value === "object" ? value.value : value);
  }
  return path;
}

function readShown(findings: Findings, shown: z.infer<typeof ShowJson>): void {
  const major = Number(shown.format_version.split(".", 1)[0]);
  if (major > 1) {
    findings.report(
      "error",
      "state-version",
      `Format version ${shown.format_version} is newer than Apex knows`,
    );
    return;
  }
  const isPlan = shown.planned_values !== undefined || shown.prior_state != null;
  const values = ShownValues.safeParse(isPlan ? shown.prior_state?.values : shown.values);
  if (!values.success || values.data.root_module === undefined) {
    findings.report(
      "warning",
      "state-empty",
      isPlan ? "The plan has no prior state" : "The state holds no resources",
    );
    return;
  }
  readModule(findings, values.data.root_module, 0);
}

function readModule(findings: Findings, value: unknown, depth: number): void {
  const shownModule = ShownModule.safeParse(value);
  if (!shownModule.success) {
    findings.malformed("A module of the state", shownModule.error);
    return;
  }
  for (const [index, raw] of (shownModule.data.resources ?? []).entries()) {
    const resource = ShownResource.safeParse(raw);
    if (!resource.success) {
      const place = shownModule.data.address ?? "the root module";
      findings.malformed(`Resource ${index} of ${place}`, resource.error);
    } else if (resource.data.mode === "managed") {
      const { address, type, values, sensitive_values: mirror, deposed_key: deposed } = resource.data;
      if (deposed !== undefined) reportDeposed(findings, address);
      else findings.add(type, address, withoutSensitiveMirror(values, mirror));
    }
  }
  if (depth >= MODULE_DEPTH_MAX) {
    findings.report("error", "state-too-deep", `Modules are nested deeper than ${MODULE_DEPTH_MAX}`);
    return;
  }
  for (const child of shownModule.data.child_modules ?? []) readModule(findings, child, depth + 1);
}
