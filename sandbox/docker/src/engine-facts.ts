import { AdapterError } from "@apex/core";
import type Docker from "dockerode";

/** Docker 20.10 of December 2020: cgroup v2, `DeviceRequests` and cgroup namespaces. */
const API_VERSION_MIN = "1.41";

/** What an engine says about itself and its machine. */
export interface EngineFacts {
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
}

/** The part of the engine's answer that is read; all of it is untrusted and may be missing. */
interface EngineInfo {
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly OSType?: string;
  readonly KernelVersion?: string;
  readonly CgroupVersion?: string;
  readonly CgroupDriver?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly InitCommit?: { readonly ID?: string };
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
  };
}
