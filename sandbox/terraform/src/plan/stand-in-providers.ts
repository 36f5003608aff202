import { join } from "node:path";
import { type RunContext, createRunContext } from "../provider/provider-session.ts";
import { type ServedProvider, serveProvider } from "../provider/serve-provider.ts";
import { bundledProviders, bundledSchemaPack } from "../schema/bundled-schema-packs.ts";
import type { SchemaPack } from "../schema/schema-pack.ts";

/** The stand-ins of one run, listening. */
export interface StandInProviders {
  /** The value of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  readonly names: readonly string[];
  readonly run: RunContext;
  close(): void;
}

/** What decides which providers and types are served. */
export interface StandInOptions {
  /** Texts that name the types: configuration and state. */
  readonly texts: readonly string[];
  readonly types: ReadonlySet<string>;
  readonly stateProviders: ReadonlySet<string>;
  readonly run: Partial<RunContext>;
  /** A private directory. */
  readonly socketDirectory: string;
  /** The process that serves, as Terraform may ask whether it is alive. */
  readonly servingPid: number;
}

/** Where Terraform and OpenTofu look for the namespace `hashicorp`. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];
const WORD = /[a-z][a-z0-9]*(?:_[a-z0-9]+)*/g;

/** How a text may name a provider: in a type, an address, a requirement, a reference such as `provider = NAME.alias`. */
function mentionOf(name: string): RegExp {
  const prefix = `${name.replaceAll("-", "_")}_`;
  return new RegExp(
    `${prefix}|hashicorp/${name}(?![\\w-])|(?:=|"|\\bprovider)\\s*"?${name}(?![\\w-])|\\b${name}\\s*=`,
  );
}

function isNeeded(name: string, options: StandInOptions): boolean {
  const mention = mentionOf(name);
  return (
    options.texts.some((text) => mention.test(text)) ||
    [...options.stateProviders].some((address) => address.includes(`/${name}"`))
  );
}

/**
 * Type names are words of the text, because Terraform allows no interpolation in them; a word too many costs a schema
 * that nobody reads.
 */
function usedTypes(options: StandInOptions): ReadonlySet<string> {
  const used = new Set(options.types);
  for (const text of options.texts) for (const [word] of text.matchAll(WORD)) used.add(word);
  return used;
}

/** Serves a stand-in for every provider that the configuration or the state may need and that Apex has schemas of. */
export async function startStandIns(options: StandInOptions): Promise<StandInProviders> {
  const run = createRunContext({ ...options.run, usedTypes: usedTypes(options) });
  const served: ServedProvider[] = [];
  const close = () => {
    for (const provider of served) provider.close();
  };
  const reattach: Record<string, object> = {};
  const names = bundledProviders().filter((name) => isNeeded(name, options));
  try {
    for (const [index, name] of names.entries()) {
      const pack: SchemaPack | undefined = bundledSchemaPack(name);
      if (pack === undefined) continue;
      const socketPath = join(options.socketDirectory, `${index}.sock`);
      served.push(await serveProvider({ pack, run, socketPath }));
      for (const registry of REGISTRIES) {
        reattach[`${registry}/hashicorp/${name}`] = {
          Protocol: "grpc",
          ProtocolVersion: 5,
          Pid: options.servingPid,
          // Without it Terraform would end this process when it is done.
          Test: true,
          Addr: { Network: "unix", String: socketPath },
        };
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return { reattach: JSON.stringify(reattach), names, run, close };
}
