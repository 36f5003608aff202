import { AdapterError } from "@apex/core";
import type Docker from "dockerode";

/** Docker 20.10 of December 2020: cgroup v2, `DeviceRequests` and cgroup namespaces. */
const API_VERSION_MIN = "1.41";

/** What an engine says about itself and its machine. */
export interface EngineFacts {
  /** The engine's own name for itself, the same for as long as its data lasts; empty where it has none. */
  readonly id: string;
  /** "20.10.24" */
  readonly version: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly cgroupVersion: 1 | 2;
  readonly cgroupDriver: "cgroupfs" | "systemd" | "none";
  /** Runs without root, in a network of its own: containers cannot be reached from the host by their address. */
  readonly isRootless: boolean;
  /** Whether containers can have GPUs: NVIDIA's container runtime is there. */
  readonly hasNvidia: boolean;
  /** Whether the engine can put an init process into containers. */
  readonly hasInit: boolean;
  /** Whether system calls are filtered: the kernel can and the engine does. */
  readonly hasSeccomp: boolean;
  /** Limits that the engine says it cannot enforce on its kernel, in words: "swap". Usually none. */
  readonly lacks: readonly string[];
}

/** The part of the engine's answer that is read; all of it is untrusted and may be missing. */
interface EngineInfo {
  readonly ID?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly OSType?: string;
  readonly KernelVersion?: string;
  readonly CgroupVersion?: string;
  readonly CgroupDriver?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly InitCommit?: { readonly ID?: string };
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly CPUSet?: boolean;
  readonly PidsLimit?: boolean;
}

/** Limits that the policy relies on, by the engine's names. */
const LIMITS = {
  MemoryLimit: "memory",
  SwapLimit: "swap",
  CpuCfsQuota: "shares of CPUs",
  CPUSet: "which CPUs are used",
  PidsLimit: "the number of processes",
} as const satisfies Partial<Record<keyof EngineInfo, string>>;

/** Those that the engine denies: one that it does not speak of is taken to work. */
function lacking(info: EngineInfo): readonly string[] {
  return (Object.keys(LIMITS) as (keyof typeof LIMITS)[])
    .filter((name) => info[name] === false)
    .map((name) => LIMITS[name]);
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split(".").map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}

/** Reads an engine's answers. Throws an AdapterError (`unavailable`) when it is too old or does not run Linux containers. */
export function engineFacts(info: EngineInfo, version: Docker.DockerVersion): EngineFacts {
  if (info.OSType !== undefined && info.OSType !== "linux") {
    throw new AdapterError(
      "unavailable",
      `the Docker engine runs ${info.OSType} containers: switch it to Linux containers.`,
    );
  }
  if (isOlder(version.ApiVersion, API_VERSION_MIN)) {
    const said = `Docker ${version.Version} is too old (API ${version.ApiVersion})`;
    throw new AdapterError("unavailable", `${said}: install 20.10 or newer (API ${API_VERSION_MIN}).`);
  }
  const security = info.SecurityOptions ?? [];
  const driver = info.CgroupDriver;
  return {
    id: info.ID ?? "",
    version: version.Version,
    cpus: info.NCPU ?? 1,
    memoryBytes: info.MemTotal ?? 0,
    kernel: info.KernelVersion ?? version.KernelVersion,
    cgroupVersion: info.CgroupVersion === "2" ? 2 : 1,
    cgroupDriver: driver === "cgroupfs" || driver === "systemd" ? driver : "none",
    isRootless: security.some((option) => option.includes("rootless")),
    hasNvidia: info.Runtimes?.["nvidia"] !== undefined,
    hasInit: (info.InitCommit?.ID ?? "") !== "",
    hasSeccomp: security.some((option) => option.includes("seccomp")),
    lacks: lacking(info),
  };
}
