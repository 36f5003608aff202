import { createSocket } from "node:dgram";
import { readdirSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ContainerSpec, Environment } from "@apex/core";
import { dockerDescribe } from "@apex/core/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "./connect.ts";
import { type DockerSandboxHost, sandboxHost } from "./environment/sandbox-host.ts";
import { labelledContainers } from "./run/find-resources.ts";
import { attacker, attackFrom } from "./testing/attack.ts";
import { hostileImage } from "./testing/hostile-image.ts";
import { containerSpec, environmentSpec, never, testRunId } from "./testing/specs.ts";
import { testImage } from "./testing/test-image.ts";

const MIB = 1024 * 1024;

dockerDescribe("hostile workloads", () => {
  let engine: DockerEngine;
  let host: DockerSandboxHost;
  let base: string;
  /** The same attacks as an unprivileged user and as root. */
  const images: Record<"user" | "root", string> = { user: "", root: "" };
  const runs = new Set<string>();

  beforeAll(async () => {
    engine = await openDocker();
    host = await sandboxHost(engine);
    base = await testImage(engine);
    images.user = await hostileImage(engine, base, "65532:65532");
    images.root = await hostileImage(engine, base, "0");
  });

  afterEach(async () => {
    await Promise.all([...runs].map((runId) => host.closeRun(runId)));
    runs.clear();
  });

  afterAll(async () => {
    for (const id of Object.values(images)) await engine.docker.getImage(id).remove({ force: true });
  });

  async function provisioned(...containers: readonly ContainerSpec[]): Promise<Environment> {
    const runId = testRunId();
    runs.add(runId);
    return host.provision(environmentSpec(runId, containers), never);
  }

  async function onlyContainer(): Promise<string> {
    const [runId = ""] = runs;
    const [container] = await labelledContainers(engine.docker, runId);
    return container?.id ?? "";
  }

  test("a fork bomb ends at the limit of processes, and the service still answers", async () => {
    const program = `my @all; while (@all < 5000) { my $pid = fork; last unless defined $pid; if (!$pid) { sleep 600; exit } push @all, $pid } print @all + 0, " $!"; kill 9, @all;`;
    const attack = `
      const { spawnSync } = require("child_process");
      const { stdout } = spawnSync("/usr/bin/perl", ["-e", process.env.PERL], { timeout: 50000 });
      return stdout.toString();`;
    const environment = await provisioned(
      attacker({ image: images.user, memoryBytes: 1024 * MIB, env: { PERL: program } }, attack),
    );
    const [, forks = "", why] = /^(\d+) (.*)$/.exec(await attackFrom<string>(environment)) ?? [];
    expect(Number(forks)).toBeGreaterThan(500);
    expect(Number(forks)).toBeLessThan(1024);
    expect(why).toBe("Resource temporarily unavailable");
    const { containers } = await environment.usage();
    expect(containers[0]?.state).toEqual({ kind: "running" });
  });

  test("a memory bomb kills its container at its limit, and the usage says so", async () => {
    const attack = `
      process.stdout.write("the bomb is lit\\n");
      const held = [];
      for (;;) { held.push(Buffer.alloc(${MIB}, 1)); if (held.length % 8 === 0) await new Promise((r) => setTimeout(r, 5)); }`;
    const environment = await provisioned(attacker({ image: base, memoryBytes: 96 * MIB }, attack));
    const [before] = (await environment.usage()).containers;
    expect(before?.state).toEqual({ kind: "running" });
    await attackFrom(environment).catch(() => {});
    await expect
      .poll(async () => (await environment.usage()).containers[0]?.state.kind, { timeout: 30_000 })
      .toBe("oom-killed");
    const [after] = (await environment.usage()).containers;
    expect(after?.memoryLimitBytes).toBe(96 * MIB);
    expect(after?.memoryPeakBytes ?? 0).toBeLessThanOrEqual(96 * MIB);
    expect(await environment.logs("web-0")).toContain("the bomb is lit");
  });

  /** Fills each path with up to 200 MiB and tells how far it came, and why no further. */
  const DISK_BOMB = `
    const fs = require("fs");
    const chunk = Buffer.alloc(${MIB}, 7);
    const fill = (path) => {
      let written = 0;
      try {
        const file = fs.openSync(path, "w");
        while (written < 200 * ${MIB}) written += fs.writeSync(file, chunk);
        fs.closeSync(file);
        return { written, error: null };
      } catch (error) { return { written, error: error.code }; }
      finally { try { fs.unlinkSync(path); } catch {} }
    };
    const places = ["/tmp/x", "/var/tmp/x", "/run/x", "/data/x", "/dev/shm/x", "/dev/x", "/x", "/etc/x", "/etc/hosts", "/etc/resolv.conf", "/usr/bin/x", "/sys/fs/cgroup/x", "/proc/x"];
    return Object.fromEntries(places.map((path) => [path, fill(path)]));`;
  type Filled = Readonly<Record<string, { readonly written: number; readonly error: string | null }>>;

  test.each(["user", "root"] as const)(
    "disk bombs of %s meet a read-only root or the limit of a tmpfs",
    async (user) => {
      const environment = await provisioned(
        attacker({ image: images[user], memoryBytes: 512 * MIB }, DISK_BOMB),
      );
      const filled = await attackFrom<Filled>(environment);
      const full = { written: 64 * MIB, error: "ENOSPC" };
      expect(filled).toMatchObject({
        "/tmp/x": full,
        "/var/tmp/x": full,
        "/run/x": full,
        "/data/x": full,
        "/dev/shm/x": { written: 16 * MIB, error: "ENOSPC" },
        // The engine's own tmpfs for device files: memory of the container too.
        "/dev/x": user === "root" ? full : { written: 0, error: "EACCES" },
      });
      const closed = [
        "/x",
        "/etc/x",
        "/etc/hosts",
        "/etc/resolv.conf",
        "/usr/bin/x",
        "/sys/fs/cgroup/x",
        "/proc/x",
      ];
      const opened = closed.filter(
        (path) => !/^(EROFS|EACCES|EPERM|ENOENT)$/.test(filled[path]?.error ?? ""),
      );
      expect(opened).toEqual([]);
      expect(closed.map((path) => filled[path]?.written)).toEqual(closed.map(() => 0));
      const info = await engine.docker.getContainer(await onlyContainer()).inspect();
      // The declared volume is tmpfs: nothing of it is on the host's disk.
      expect(info.Mounts.filter((mount) => mount.Type === "volume")).toEqual([]);
    },
  );

  test("a bomb of empty files ends at the limit of files", async () => {
    const attack = `
      const fs = require("fs");
      let made = 0;
      try { for (; made < 100000; made++) fs.writeFileSync("/tmp/" + made, ""); return { made, error: null }; }
      catch (error) { return { made, error: error.code }; }`;
    const environment = await provisioned(attacker({ image: base }, attack));
    const { made, error } = await attackFrom<{ readonly made: number; readonly error: string }>(environment);
    expect(error).toBe("ENOSPC");
    expect(made).toBeGreaterThan(1000);
    expect(made).toBeLessThan(16_384);
  });

  test("endless printing keeps its last lines and no more on the host's disk", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("only root can look at the engine's files");
    const attack = `
      const line = "x".repeat(1023) + "\\n";
      for (let n = 0; n < 16 * 1024; n++) if (!process.stdout.write(line)) await new Promise((r) => process.stdout.once("drain", r));
      await new Promise((r) => process.stdout.write("the end\\n", r));
      return process.stdout.bytesWritten ?? 16 * 1024 * 1024;`;
    const environment = await provisioned(attacker({ image: base }, attack));
    expect(await attackFrom<number>(environment)).toBeGreaterThanOrEqual(16 * MIB);
    await expect.poll(() => environment.logs("web-0"), { timeout: 30_000 }).toContain("the end");
    const info = await engine.docker.getContainer(await onlyContainer()).inspect();
    const directory = dirname(info.LogPath);
    const logs = readdirSync(directory).filter((name) => name.includes("json.log"));
    const bytes = logs.reduce((sum, name) => sum + statSync(`${directory}/${name}`).size, 0);
    expect(bytes).toBeGreaterThan(0.5 * MIB);
    expect(bytes).toBeLessThan(2.2 * MIB);
  });

  /** Tries to connect to each address, and to be answered by UDP. */
  const SCAN = `
    const net = require("net");
    const tries = input.targets.map(([name, host, port]) => new Promise((resolve) => {
      const socket = net.connect({ host, port });
      const end = (how) => { socket.destroy(); resolve([name, how]); };
      socket.setTimeout(1500, () => end("silence"));
      socket.on("connect", () => end("CONNECTED"));
      socket.on("error", (error) => end(error.code));
    }));
    const udp = require("dgram").createSocket("udp4");
    for (const [host, port] of input.udp) udp.send("hello", port, host, () => {});
    const dns = require("dns").promises;
    const resolver = new dns.Resolver({ timeout: 1000, tries: 1 });
    const asked = dns.lookup("example.com").then(() => "ANSWERED", (error) => error.code);
    const found = Object.fromEntries(await Promise.all(tries));
    found.dns = await Promise.race([asked, new Promise((r) => setTimeout(() => r("silence"), 3000))]);
    found.interfaces = Object.keys(require("os").networkInterfaces());
    udp.close();
    return found;`;

  interface Listening {
    readonly tcp: Server;
    readonly port: number;
    readonly udpPort: number;
    readonly heard: readonly string[];
    close(): void;
  }

  async function listenEverywhere(): Promise<Listening> {
    const heard: string[] = [];
    const tcp = createServer((_request, response) => response.end("the host"));
    tcp.on("connection", (socket) => heard.push(`tcp ${socket.remoteAddress}`));
    await new Promise<void>((resolve) => tcp.listen(0, "::", resolve));
    const udp = createSocket("udp4", (_message, from) => heard.push(`udp ${from.address}`));
    await new Promise<void>((resolve) => udp.bind(0, "0.0.0.0", resolve));
    const close = () => {
      tcp.close();
      udp.close();
    };
    return { tcp, port: (tcp.address() as AddressInfo).port, udpPort: udp.address().port, heard, close };
  }

  test("a container reaches no other run, no neighbour, no service of the host, no metadata and no internet", async ({
    skip,
  }) => {
    if (host.notes.some((note) => note.includes("root and iptables"))) skip("only root can close the host");
    const other = await provisioned(containerSpec({ image: base }));
    const [otherEndpoint] = other.endpoints;
    const hostSide = await listenEverywhere();
    const addresses = Object.values(networkInterfaces()).flatMap((of) => of ?? []);
    const targets: [string, string, number][] = [
      ["itself", "127.0.0.1", 8080],
      ["the other run", otherEndpoint?.host ?? "", 8080],
      ["metadata", "169.254.169.254", 80],
      ["internet", "1.1.1.1", 443],
      ...addresses
        .filter(({ internal }) => !internal)
        .map(({ address, scopeid }, index): [string, string, number] => [
          `host ${index} ${address}`,
          scopeid ? `${address}%eth0` : address,
          hostSide.port,
        ]),
    ];
    const udp = addresses
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => [address, hostSide.udpPort]);
    try {
      // What has no policy, on the engine's own network, reaches the host: so there is something to be kept from.
      expect(await reachesFromDefaultNetwork(hostSide.port)).toBe(true);
      const heardBefore = hostSide.heard.length;
      const environment = await provisioned(
        attacker({ image: base }, SCAN),
        containerSpec({ image: base, name: "web-1" }),
      );
      const { itself, dns, interfaces, ...found } = await attackFrom<Record<string, unknown>>(environment, {
        targets,
        udp,
      });
      expect(itself).toBe("CONNECTED");
      expect(dns).not.toBe("ANSWERED");
      expect(interfaces).toEqual(["lo", "eth0"]);
      expect(Object.keys(found)).toHaveLength(targets.length - 1);
      expect(Object.entries(found).filter(([, how]) => how === "CONNECTED")).toEqual([]);
      // The gateway and the neighbour are known only now.
      const [self, neighbour] = environment.endpoints;
      const gateway = (self?.host ?? "").replace(/\.\d+$/, ".1");
      const near = [
        ["neighbour", neighbour?.host, 8080],
        ["gateway", gateway, hostSide.port],
      ];
      const second = await attackFrom(environment, { targets: near, udp: [[gateway, hostSide.udpPort]] });
      expect(second).toMatchObject({ neighbour: "silence", gateway: "silence" });
      await pause(200);
      expect(hostSide.heard.slice(heardBefore)).toEqual([]);
    } finally {
      hostSide.close();
    }
  });

  async function reachesFromDefaultNetwork(port: number): Promise<boolean> {
    const program = `
      const route = require("fs").readFileSync("/proc/net/route", "utf8").split("\\n").map((l) => l.split("\\t")).find((f) => f[1] === "00000000");
      const gateway = route[2].match(/../g).reverse().map((hex) => parseInt(hex, 16)).join(".");
      const socket = require("net").connect(${port}, gateway, () => process.exit(7));
      socket.setTimeout(5000, () => process.exit(8));`;
    const container = await engine.docker.createContainer({
      Image: base,
      Entrypoint: ["node", "-e", program],
      Cmd: [],
    });
    try {
      await container.start();
      return ((await container.wait()) as { readonly StatusCode: number }).StatusCode === 7;
    } finally {
      await container.remove({ force: true, v: true });
    }
  }

  /** Numbers of system calls by architecture, from the kernel's tables. */
  const CALLS: Partial<Record<NodeJS.Architecture, Readonly<Record<string, number>>>> = {
    x64: {
      mount: 165,
      umount2: 166,
      pivot_root: 155,
      mknodat: 259,
      unshare: 272,
      sethostname: 170,
      init_module: 175,
      bpf: 321,
      swapon: 167,
      setuid: 105,
      setgid: 106,
      chroot: 161,
      ptrace: 101,
      socket: 41,
      setns: 308,
    },
    arm64: {
      mount: 40,
      umount2: 39,
      pivot_root: 41,
      mknodat: 33,
      unshare: 97,
      sethostname: 161,
      init_module: 105,
      bpf: 280,
      swapon: 224,
      setuid: 146,
      setgid: 144,
      chroot: 51,
      ptrace: 117,
      socket: 198,
      setns: 268,
    },
  };

  /** Perl that makes each call and prints its name and "done" or the error. */
  function escalation(calls: Readonly<Record<string, number>>): string {
    const attempts: Readonly<Record<string, string>> = {
      mount: `my ($a,$b,$c,$d)=("none\\0","/tmp\\0","tmpfs\\0","\\0"); syscall(${calls["mount"]},$a,$b,$c,0,$d)`,
      "mount proc": `my ($a,$b,$c,$d)=("proc\\0","/tmp\\0","proc\\0","\\0"); syscall(${calls["mount"]},$a,$b,$c,0,$d)`,
      "mount cgroup": `my ($a,$b,$c,$d)=("none\\0","/tmp\\0","cgroup\\0","memory\\0"); syscall(${calls["mount"]},$a,$b,$c,0,$d)`,
      "remount root": `my ($a,$b,$c,$d)=("none\\0","/\\0","none\\0","\\0"); syscall(${calls["mount"]},$a,$b,$c,32,$d)`,
      umount: `my $a="/proc/kcore\\0"; syscall(${calls["umount2"]},$a,2)`,
      pivot_root: `my ($a,$b)=("/tmp\\0","/tmp\\0"); syscall(${calls["pivot_root"]},$a,$b)`,
      "mknod of the disk": `my $a="/tmp/disk\\0"; syscall(${calls["mknodat"]},-100,$a,0060666,0x800)`,
      "unshare user": `syscall(${calls["unshare"]},0x10000000)`,
      "unshare mounts": `syscall(${calls["unshare"]},0x20000)`,
      "setns to the first process": `open(my $f,"<","/proc/1/ns/mnt") or die "open"; syscall(${calls["setns"]},fileno($f),0)`,
      sethostname: `my $a="owned\\0"; syscall(${calls["sethostname"]},$a,5)`,
      "load a module": `my ($a,$b)=("\\0"x64,"\\0"); syscall(${calls["init_module"]},$a,64,$b)`,
      bpf: `my $a="\\0"x128; syscall(${calls["bpf"]},5,$a,128)`,
      swapon: `my $a="/tmp/x\\0"; syscall(${calls["swapon"]},$a,0)`,
      chroot: `my $a="/tmp\\0"; syscall(${calls["chroot"]},$a)`,
      "raw socket": `syscall(${calls["socket"]},2,3,1)`,
      "packet socket": `syscall(${calls["socket"]},17,3,768)`,
    };
    return Object.entries(attempts)
      .map(
        ([name, code]) =>
          `{ my $r = eval { ${code} }; print "${name}: ", (defined $r && $r != -1 ? "DONE" : ($@ || "$!") =~ s/ at .*//sr), "\\n"; }`,
      )
      .join("\n");
  }

  const RUN_PERL = `
    const { spawnSync } = require("child_process");
    const { stdout, stderr } = spawnSync("/usr/bin/perl", ["-e", process.env.PERL]);
    const identity = spawnSync("/usr/bin/id", ["-u"]).stdout.toString().trim();
    const fs = require("fs");
    const write = (path) => { try { fs.writeFileSync(path, "1"); return "DONE"; } catch (error) { return error.code; } };
    const files = ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/proc/sys/net/ipv4/ip_forward", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/cgroup.procs", "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory.max"];
    const raised = Object.fromEntries(files.map((path) => [path, write(path)]));
    const status = fs.readFileSync("/proc/self/status", "utf8");
    const field = (name) => new RegExp(name + ":\\\\s*(\\\\S+)").exec(status)[1];
    const cgroup = fs.readFileSync("/proc/self/cgroup", "utf8");
    const processes = fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).length;
    return { perl: stdout.toString() + stderr, identity, raised, cgroup, processes, effective: field("CapEff"), bounding: field("CapBnd"), noNewPrivs: field("NoNewPrivs"), seccomp: field("Seccomp") };`;

  interface Escalated {
    readonly perl: string;
    readonly identity: string;
    readonly raised: Readonly<Record<string, string>>;
    readonly cgroup: string;
    readonly processes: number;
    readonly effective: string;
    readonly bounding: string;
    readonly noNewPrivs: string;
    readonly seccomp: string;
  }

  test.each(["user", "root"] as const)(
    "%s gains nothing by any call, file or setuid program",
    async (user) => {
      const calls = CALLS[process.arch] ?? {};
      const become =
        user === "user"
          ? `{ my $r = syscall(${calls["setuid"]},0); print "setuid: ", $r == 0 ? "DONE" : $!, "\\n"; }`
          : "";
      const env = { PERL: `${escalation(calls)}\n${become}` };
      const environment = await provisioned(attacker({ image: images[user], env }, RUN_PERL));
      const found = await attackFrom<Escalated>(environment);
      const lines = found.perl.trim().split("\n");
      expect(lines.length).toBe(user === "user" ? 18 : 17);
      expect(lines.filter((line) => line.endsWith(": DONE"))).toEqual([]);
      for (const line of lines)
        expect(line).toMatch(
          /: (Operation not permitted|Permission denied|Device or resource busy|open|Invalid argument|No such file or directory)$/,
        );
      expect(found.identity).toBe(user === "user" ? "65532" : "0");
      const raised = Object.entries(found.raised).filter(
        ([, how]) => !/^(EROFS|EACCES|EPERM|ENOENT|EIO)$/.test(how),
      );
      expect(raised).toEqual([]);
      expect(found).toMatchObject({
        effective: "0000000000000000",
        bounding: "0000000000000000",
        noNewPrivs: "1",
      });
      expect(found.seccomp).toBe(engine.facts.hasSeccomp ? "2" : "0");
      // Its own group looks like the root: the host's names cannot be seen.
      expect(found.cgroup).not.toContain("apex");
      expect(found.processes).toBeLessThan(5);
    },
  );

  test("a setuid program does make root without the policy: there is something to be kept from", async () => {
    const becomesRoot = `require("child_process").execFileSync("/usr/bin/id", ["-u"])`;
    const container = await engine.docker.createContainer({
      Image: images.user,
      Entrypoint: ["node", "-e", `process.exit(Number(${becomesRoot}) + 7)`],
      Cmd: [],
    });
    try {
      await container.start();
      expect(await container.wait()).toMatchObject({ StatusCode: 7 });
    } finally {
      await container.remove({ force: true, v: true });
    }
  });

  test("one that ignores every signal it can is gone all the same", async () => {
    const program = `for (const name of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]) process.on(name, () => console.log("ignored", name));
      require("http").createServer((q, s) => s.end()).listen(8080);`;
    const environment = await provisioned(containerSpec({ image: base, program }));
    const id = await onlyContainer();
    await engine.docker.getContainer(id).kill({ signal: "SIGTERM" });
    await expect.poll(() => environment.logs("web-0"), { timeout: 30_000 }).toContain("ignored SIGTERM");
    await environment.destroy();
    await expect(engine.docker.getContainer(id).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });
});
