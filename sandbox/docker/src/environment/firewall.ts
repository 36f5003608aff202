import { execFile } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { AdapterError } from "@apex/core";

const run = promisify(execFile);

/** Marks our rules. */
const COMMENT = "apex-sandbox";
/** Another program may hold the firewall's lock for a moment. */
const LOCK_WAIT_S = 5;
const TIMEOUT_MS = 10_000;
/** "apex" and eleven hexadecimal digits: as long as the name of an interface may be. */
const BRIDGE = /^apex[0-9a-f]{11}$/;
/** What iptables of either kind (legacy, nf_tables) says when a rule to be removed is not there. */
const NO_SUCH_RULE =
  /does a matching rule exist|No chain\/target\/match by that name|RULE_DELETE failed \(No such file/i;

function iptables(args: readonly string[]): Promise<{ readonly stdout: string }> {
  return run("iptables", ["-w", String(LOCK_WAIT_S), ...args], { timeout: TIMEOUT_MS });
}

function rule(bridge: string): readonly string[] {
  const state = ["-m", "conntrack", "!", "--ctstate", "ESTABLISHED"];
  return ["INPUT", "-i", bridge, ...state, "-m", "comment", "--comment", COMMENT, "-j", "DROP"];
}

/** Whether this process may change the host's firewall. */
export async function canCloseHost(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  return iptables(["-S", "INPUT"]).then(
    () => true,
    () => false,
  );
}

/**
 * Closes the host to what comes from a bridge. An internal network keeps containers from everything beyond the host, but the
 * bridge has an address on the host, and with it everything that listens on all addresses (or on any other of the host's)
 * could be reached. Answers to connections that the host has opened still come through.
 */
export async function closeHostTo(bridge: string): Promise<void> {
  try {
    await iptables(["-I", ...rule(bridge)]);
    // Containers have no IPv6 here, and the bridge needs no address of its own that a rule would have to guard.
    const ipv6 = `/proc/sys/net/ipv6/conf/${bridge}/disable_ipv6`;
    const hasIpv6 = await access(ipv6).then(
      () => true,
      () => false,
    );
    if (hasIpv6) await writeFile(ipv6, "1");
  } catch (error) {
    throw new AdapterError(
      "unavailable",
      `the host could not be closed to the sandbox's network: iptables says "${saying(error)}".`,
      { cause: error },
    );
  }
}

function saying(error: unknown): string {
  return (error as { readonly stderr?: string }).stderr?.trim() || String(error);
}

/** Removes the rule of a bridge, if there is one. Throws an AdapterError (`unavailable`) when it is there and stays. */
export async function forgetBridge(bridge: string): Promise<void> {
  try {
    await iptables(["-D", ...rule(bridge)]);
  } catch (error) {
    const said = saying(error);
    // Who may not change the firewall has put no rule there either.
    if (NO_SUCH_RULE.test(said) || !(await canCloseHost())) return;
    throw new AdapterError(
      "unavailable",
      `the firewall rule of ${bridge} could not be removed: iptables says "${said}".`,
      { cause: error },
    );
  }
}

/** The bridges that a rule of ours names. Empty where this process may not look. */
export async function guardedBridges(): Promise<readonly string[]> {
  if (!(await canCloseHost())) return [];
  const { stdout } = await iptables(["-S", "INPUT"]);
  const ours = stdout.split("\n").filter((line) => line.includes(COMMENT));
  const names = ours.map((line) => / -i (\S+)/.exec(line)?.[1] ?? "");
  return [...new Set(names.filter((name) => BRIDGE.test(name)))];
}
