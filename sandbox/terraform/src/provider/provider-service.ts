import type { SchemaPack } from "../schema/schema-pack.ts";
import type { ResourceSchema } from "@apex/core";
import { readDataSource } from "./data-source.ts";
import {
  type DynamicValue,
  decodeValue,
  encodeValue,
  isObjectValue,
  type ObjectValue,
} from "./dynamic-value.ts";
import { checkConfigurable } from "./configurable.ts";
import { checkMachineType } from "./machine-type-check.ts";
import { applyResource } from "./apply-resource.ts";
import { adviseOnChange } from "./change-advice.ts";
import { planResource } from "./plan-resource.ts";
import { rememberLaunchTemplate } from "./linked-values.ts";
import type { ProviderSession } from "./provider-session.ts";
import { coerceBlock, emptyBlock, parseRawState } from "./raw-state.ts";
import { type WireDiagnostic, wireError, wirePath } from "./wire-diagnostic.ts";
import { NAME_ONLY_SCHEMA, PROVIDER_META, wireSchema } from "./wire-schema.ts";

/** A request message as the decoder gives it: only the fields used here, of all methods. */
export interface Request {
  readonly type_name: string;
  readonly config?: DynamicValue | null;
  readonly prior_state?: DynamicValue | null;
  readonly planned_state?: DynamicValue | null;
  readonly current_state?: DynamicValue | null;
  readonly prior_private?: Uint8Array;
  readonly planned_private?: Uint8Array;
  readonly private?: Uint8Array;
  readonly raw_state?: { readonly json?: Uint8Array; readonly flatmap?: Record<string, string> } | null;
  readonly source_type_name?: string;
  readonly target_type_name?: string;
  readonly source_state?: { readonly json?: Uint8Array } | null;
  readonly id?: string;
}

type Method = (request: Request) => object;

/** Ours, not the user's: the text makes that clear. */
class UnknownTypeError extends Error {}

function objectOf(message: DynamicValue | null | undefined): ObjectValue | null {
  const value = decodeValue(message);
  return isObjectValue(value) ? value : null;
}

/**
 * The methods of Terraform's `Provider` service, answered from schemas alone: nothing is ever created or read outside
 * of this process. One instance serves one connection.
 */
export class ProviderService {
  readonly #pack: SchemaPack;
  readonly #session: ProviderSession;

  constructor(pack: SchemaPack, session: ProviderSession) {
    this.#pack = pack;
    this.#session = session;
  }

  /** The methods by their names in the protocol. */
  readonly methods: Readonly<Record<string, Method>> = {
    GetMetadata: () => this.#metadata(),
    GetSchema: () => this.#schema(),
    PrepareProviderConfig: (request) => ({ prepared_config: request.config, diagnostics: [] }),
    ValidateResourceTypeConfig: (request) => this.#validateResource(request),
    ValidateDataSourceConfig: (request) => this.#validateDataSource(request),
    UpgradeResourceState: (request) => this.#upgrade(request),
    Configure: (request) => this.#configure(request),
    ReadResource: (request) => this.#read(request),
    PlanResourceChange: (request) => this.#plan(request),
    ApplyResourceChange: (request) => this.#apply(request),
    ImportResourceState: (request) => this.#import(request),
    MoveResourceState: (request) => this.#move(request),
    ReadDataSource: (request) => this.#readDataSource(request),
    GetFunctions: () => ({ diagnostics: [] }),
    Stop: () => ({ Error: "" }),
  };

  #resource(type: string): ResourceSchema {
    const schema = this.#pack.resourceSchema(type);
    if (schema === undefined) throw new UnknownTypeError(`no schema of resource type ${type}`);
    return schema;
  }

  #metadata(): object {
    return {
      server_capabilities: { get_provider_schema_optional: true },
      resources: this.#pack.resourceTypes().map((type) => ({ type_name: type })),
      data_sources: this.#pack.dataSourceTypes().map((type) => ({ type_name: type })),
    };
  }

  #schema(): object {
    const pack = this.#pack;
    const used = this.#session.run.usedTypes;
    const wire = (type: string, schemaOf: (type: string) => ResourceSchema | undefined) => {
      const schema = used === undefined || used.has(type) ? schemaOf(type) : undefined;
      if (schema === undefined) return [type, NAME_ONLY_SCHEMA];
      // No published schema tells its version; Terraform refuses a state that is newer than what is served.
      const { schemaVersions, schemaVersionFloor } = this.#session.run;
      const version = Math.max(schema.version, schemaVersions.get(type) ?? 0, schemaVersionFloor);
      return [type, wireSchema({ ...schema, version })];
    };
    return {
      provider: wireSchema(pack.providerSchema()),
      provider_meta: PROVIDER_META,
      resource_schemas: Object.fromEntries(
        pack.resourceTypes().map((type) => wire(type, (name) => pack.resourceSchema(name))),
      ),
      data_source_schemas: Object.fromEntries(
        pack.dataSourceTypes().map((type) => wire(type, (name) => pack.dataSourceSchema(name))),
      ),
      diagnostics: [],
      server_capabilities: { get_provider_schema_optional: true, plan_destroy: false },
    };
  }

  #validateResource(request: Request): object {
    const config = objectOf(request.config);
    if (config === null) return { diagnostics: [] };
    const { block } = this.#resource(request.type_name);
    const { machineTypes } = this.#session.run;
    return {
      diagnostics: [
        ...checkConfigurable(block, config),
        ...checkMachineType(request.type_name, config, machineTypes),
      ],
    };
  }

  #validateDataSource(request: Request): object {
    const config = objectOf(request.config);
    const schema = this.#pack.dataSourceSchema(request.type_name);
    if (config === null || schema === undefined) return { diagnostics: [] };
    return { diagnostics: checkConfigurable(schema.block, config) };
  }

  #upgrade(request: Request): object {
    const raw = request.raw_state;
    if (raw?.json === undefined || raw.json.length === 0) {
      const detail = `The state of ${request.type_name} is in the form that Terraform 0.11 wrote. Run "terraform apply -refresh-only" with the real provider once, and use the state that this writes.`;
      return { diagnostics: [wireError("State too old", detail)] };
    }
    const { block } = this.#resource(request.type_name);
    return { upgraded_state: encodeValue(coerceBlock(block, parseRawState(raw.json))) };
  }

  #configure(request: Request): object {
    this.#session.config = objectOf(request.config) ?? {};
    return { diagnostics: [] };
  }

  #read(request: Request): object {
    if (request.type_name === "aws_launch_template") {
      const state = objectOf(request.current_state);
      if (state !== null) rememberLaunchTemplate(request.type_name, state, this.#session.run.launchTemplates);
    }
    return { new_state: request.current_state, private: request.private };
  }

  #plan(request: Request): object {
    const schema = this.#resource(request.type_name);
    const config = objectOf(request.config);
    const prior = objectOf(request.prior_state);
    if (config === null) return { planned_state: encodeValue(null) };
    const question = { type: request.type_name, schema, prior, config };
    const { planned, requiresReplace } = planResource(question, this.#session);
    return {
      planned_state: encodeValue(planned),
      requires_replace: requiresReplace.map(wirePath),
      planned_private: request.prior_private,
      diagnostics: adviseOnChange(request.type_name, prior, planned),
      // As for every resource of the plugin SDK: blocks that the provider fills in are unknown in a new resource and
      // stay as they are in an old one, which Terraform tolerates from such providers only.
      legacy_type_system: true,
    };
  }

  #apply(request: Request): object {
    const { type_name: type, planned_private: planned } = request;
    const plannedState = objectOf(request.planned_state);
    if (plannedState === null) return { new_state: encodeValue(null) };
    const prior = objectOf(request.prior_state);
    const question = { type, schema: this.#resource(type), prior, planned: plannedState };
    const state = applyResource(question, this.#session);
    return { new_state: encodeValue(state), private: planned, legacy_type_system: true };
  }

  #import(request: Request): object {
    const { block } = this.#resource(request.type_name);
    const state = { ...emptyBlock(block), id: request.id ?? "" };
    return { imported_resources: [{ type_name: request.type_name, state: encodeValue(state) }] };
  }

  #move(request: Request): object {
    const { source_type_name: from, target_type_name: to = "", source_state: source } = request;
    if (from !== to || source?.json === undefined) {
      const detail = `The stand-in provider cannot move ${from} to ${to}; plan this with the real provider.`;
      return { diagnostics: [wireError("Move between resource types not supported", detail)] };
    }
    return { target_state: encodeValue(coerceBlock(this.#resource(to).block, parseRawState(source.json))) };
  }

  #readDataSource(request: Request): object {
    const type = request.type_name;
    const schema = this.#pack.dataSourceSchema(type);
    if (schema === undefined) throw new UnknownTypeError(`no schema of data source ${type}`);
    const config = objectOf(request.config) ?? {};
    const { value, origin } = readDataSource(type, schema, config, this.#session);
    if (origin === "placeholder") this.#session.run.standIns.add(type);
    return { state: encodeValue(value), diagnostics: [] };
  }
}

/** What Terraform is told when a method fails on what it was sent. */
export function failure(method: string, error: unknown): { readonly diagnostics: readonly WireDiagnostic[] } {
  const message = error instanceof Error ? error.message : String(error);
  const detail = `The stand-in provider could not answer ${method}: ${message}`;
  return { diagnostics: [wireError("Stand-in provider failed", detail)] };
}
