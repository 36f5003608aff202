type Environment = Readonly<Record<string, string | undefined>>;

/** Where an engine may be. */
interface EnginePlace {
  /** For people: "unix:///var/run/docker.sock". */
  readonly url: string;
  /** What `request` of node:http takes. */
  readonly options: { readonly socketPath: string } | { readonly host: string; readonly port: number };
}

type EngineSearch =
  | { readonly kind: "found"; readonly place: EnginePlace }
  | { readonly kind: "off" | "denied" | "absent"; readonly reason: string };

/**
 * Where an engine may be, in the order in which Apex looks: only DOCKER_HOST where it is set and not empty (nowhere, when that
 * is no engine of this machine), else the system's socket, a rootless engine's and Docker Desktop's. The same as
 * `engineAddresses` of sandbox/docker, to which a test holds it.
 */
export function enginePlaces(env: Environment, systemSocket?: string): readonly EnginePlace[];

/** The first engine that answers a ping, or why there is none. Nothing is asked when the user wants none. */
export function findEngine(env: Environment, systemSocket?: string): Promise<EngineSearch>;
