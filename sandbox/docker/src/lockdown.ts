import type Docker from "dockerode";

/** Nobody's number on any distribution that we know of ("nonroot" of distroless images): owns no file of an image. */
export const SANDBOX_USER = "65532:65532";

const MIB = 1024 * 1024;
/** Microseconds of one enforcement period; the kernel's default. Shorter ones stalled services as much when it was measured. */
const CPU_PERIOD_US = 100_000;
/** Of printed text that is kept on disk per container, in two files so that the last lines survive the turn of a file. */
const LOG_FILE_BYTES = MIB;
const LOG_FILES = 2;
/** Files and directories in one tmpfs: each costs kernel memory of the container. */
const TMPFS_INODES = 16_384;
/** For POSIX shared memory. It is a tmpfs too, and counts as the container's memory. */
const SHM_BYTES = 16 * MIB;
/** When the host itself runs out of memory, containers go before anything else of it does (−1000 to 1000). */
const OOM_SCORE = 800;

/**
 * The engine asks the host's name servers from outside the container for names that it does not know, and so lets questions out
 * of an internal network (CVE-2024-29018), unless a server is named: this one it asks from inside, where nothing answers.
 */
const NO_NAME_SERVER = "127.0.0.1";
/** Older engines then do not answer at all: whoever asks shall give up soon, in the container's first second. */
const NAME_OPTIONS = ["timeout:1", "attempts:1"];

/** How much of the machine a container may have. */
export interface ContainerLimits {
  /** Memory in all, tmpfs and shared memory included; there is no swap. */
  readonly memoryBytes: number;
  /** Cores. Enforced by a quota unless `cpuset` already holds no more than these. */
  readonly cpus: number;
  /** Which of the host's CPUs; absent: any. */
  readonly cpuset?: readonly number[];
  /** Processes and threads. */
  readonly pids: number;
}

/** What a container may see and write beyond the limits. */
export interface ContainerAccess {
  /** Absent: {@link SANDBOX_USER}. */
  readonly user?: string;
  /** Writable directories in memory and the bytes that each may hold; absent: `/tmp`, 64 MiB. */
  readonly tmpfs?: Readonly<Record<string, number>>;
  /** Directories of the host, seen read-only at the given path in the container. */
  readonly readOnly?: readonly { readonly source: string; readonly target: string }[];
  /** "none" or the name of a network of the run's own. */
  readonly network: string;
  /** Absent: where the engine puts containers. */
  readonly cgroupParent?: string;
  /** How many GPUs; 0 is none. */
  readonly gpus?: number;
  /** Whether an init process collects orphans: only where the engine has one. */
  readonly init?: boolean;
}

/** The parts of a container's creation that the policy decides. Whoever creates one adds image, command, name and labels. */
export interface LockedDown {
  readonly User: string;
  readonly NetworkDisabled: boolean;
  readonly HostConfig: Docker.HostConfig & { readonly CgroupnsMode: "private" };
}

/** Options of a tmpfs in which nothing can be executed. */
function tmpfsOptions(bytes: number): string {
  return `rw,noexec,nosuid,nodev,mode=1777,size=${Math.floor(bytes)},nr_inodes=${TMPFS_INODES}`;
}

/** What holds a container to its CPUs: the set, and a quota where the set does not do it already. */
export function cpuLimits({
  cpus,
  cpuset,
}: Pick<ContainerLimits, "cpus" | "cpuset">): Pick<
  Docker.HostConfig,
  "CpusetCpus" | "CpuPeriod" | "CpuQuota"
> {
  const isQuotaNeeded = cpuset === undefined || cpus < cpuset.length;
  return {
    ...(cpuset === undefined ? {} : { CpusetCpus: cpuset.join(",") }),
    ...(isQuotaNeeded ? { CpuPeriod: CPU_PERIOD_US, CpuQuota: Math.round(cpus * CPU_PERIOD_US) } : {}),
  };
}

function gpuRequests(count: number): Docker.HostConfig {
  return {
    DeviceRequests: [{ Driver: "nvidia", Count: count, DeviceIDs: [], Capabilities: [["gpu"]], Options: {} }],
  };
}

/**
 * The one policy for everything that runs in the sandbox: an unprivileged user without capabilities on a read-only root, that
 * cannot gain any, sees no device and no other process, and has limits on processes, memory, CPU and everything it can
 * write. Nothing of it can grow: the root is read-only, tmpfs and shared memory are memory, logs turn over.
 */
export function lockedDown(limits: ContainerLimits, access: ContainerAccess): LockedDown {
  const tmpfs = Object.entries(access.tmpfs ?? { "/tmp": 64 * MIB });
  return {
    User: access.user ?? SANDBOX_USER,
    NetworkDisabled: access.network === "none",
    HostConfig: {
      ReadonlyRootfs: true,
      CapAdd: [],
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Privileged: false,
      Devices: [],
      ...((access.gpus ?? 0) > 0 ? gpuRequests(access.gpus ?? 0) : {}),
      IpcMode: "private",
      PidMode: "",
      UTSMode: "",
      CgroupnsMode: "private",
      ...cpuLimits(limits),
      Memory: Math.floor(limits.memoryBytes),
      MemorySwap: Math.floor(limits.memoryBytes),
      OomKillDisable: false,
      OomScoreAdj: OOM_SCORE,
      PidsLimit: limits.pids,
      ShmSize: SHM_BYTES,
      // Open files stay at the engine's own limit: it may not have the right to give more.
      Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
      Tmpfs: Object.fromEntries(tmpfs.map(([path, bytes]) => [path, tmpfsOptions(bytes)])),
      Mounts: (access.readOnly ?? []).map(({ source, target }) => ({
        Type: "bind",
        Source: source,
        Target: target,
        ReadOnly: true,
        BindOptions: { Propagation: "rprivate" },
      })),
      NetworkMode: access.network,
      ...(access.network === "none" ? {} : { Dns: [NO_NAME_SERVER], DnsOptions: NAME_OPTIONS }),
      PublishAllPorts: false,
      RestartPolicy: { Name: "no" },
      LogConfig: {
        Type: "json-file",
        Config: { "max-size": String(LOG_FILE_BYTES), "max-file": String(LOG_FILES) },
      },
      ...(access.init === true ? { Init: true } : {}),
      ...(access.cgroupParent === undefined ? {} : { CgroupParent: access.cgroupParent }),
    },
  };
}
