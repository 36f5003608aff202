import type { ObjectValue } from "./dynamic-value.ts";

/** Machine types that exist, by the Terraform attribute that names them: `aws_instance.instance_type` → types. */
export type MachineTypes = Readonly<Record<string, readonly string[]>>;

/** A value for a data source, from the state or from the user. */
export interface DataSourceFixture {
  readonly type: string;
  /** Used for data blocks with these arguments; `null`: for those of which every argument is in `attributes`. */
  readonly match: ObjectValue | null;
  /** Raw JSON, as a state file holds it. */
  readonly attributes: ObjectValue;
}

/** What one run of Terraform is answered with, shared by all connections of that run. */
export interface RunContext {
  /** Types to serve in full; the others by name only. Absent: all. */
  readonly usedTypes?: ReadonlySet<string>;
  /** The user's fixtures, and after them the data sources that the state holds. */
  readonly dataSources: readonly DataSourceFixture[];
  readonly machineTypes: MachineTypes;
  /** Schema versions that the state was written with: what is served may not be older. */
  readonly schemaVersions: ReadonlyMap<string, number>;
  /** The least schema version to serve. */
  readonly schemaVersionFloor: number;
  /** Types of data sources that were answered with placeholders. */
  readonly standIns: Set<string>;
  /** The launch templates that the run has seen. */
  readonly launchTemplates: LaunchTemplateNames;
  /** Attributes that were kept from the state because no schema tells their default: `aws_db_instance.x`. */
  readonly assumptions: Set<string>;
}

/** Ids and names of launch templates. */
export interface LaunchTemplateNames {
  readonly nameOf: Map<string, string>;
  readonly idOf: Map<string, string>;
}

/** A run context with nothing but what is given. */
export function createRunContext(given: Partial<RunContext> = {}): RunContext {
  return {
    dataSources: [],
    machineTypes: {},
    schemaVersions: new Map(),
    schemaVersionFloor: 0,
    standIns: new Set(),
    launchTemplates: { nameOf: new Map(), idOf: new Map() },
    assumptions: new Set(),
    ...given,
  };
}

/** One provider configuration (alias) of a run: Terraform opens one connection for each. */
export class ProviderSession {
  readonly run: RunContext;
  /** Configuration of the provider block; its attributes are null until Configure. */
  config: ObjectValue = {};
  readonly #counts = new Map<string, number>();

  constructor(run: RunContext) {
    this.run = run;
  }

  /** A string setting of the provider block, where it is known. */
  setting(name: string): string | undefined {
    const value = this.config[name];
    return typeof value === "string" ? value : undefined;
  }

  /** Records that an attribute stayed as in the state for want of knowledge. */
  assume(path: string): void {
    this.run.assumptions.add(path);
  }

  /** Counts equal inputs, so that the second of two equal resources gets another id: 0, 1, 2 … */
  occurrence(seed: string): number {
    const count = this.#counts.get(seed) ?? 0;
    this.#counts.set(seed, count + 1);
    return count;
  }
}
