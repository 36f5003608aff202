/**
 * Loaded before the command (`node --import`): the process kills itself at the durable operation that KILL_AT names, counted from 1;
 * with KEEP_IN, a directory, it copies its working directory there at each of them: what a kill at that moment would leave.
 * Durable is what a disk is asked to keep: an append that is synced, and a rename, before and after it.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import process from "node:process";

const killAt = Number(process.env["KILL_AT"] ?? 0);
const keepIn = process.env["KEEP_IN"];
let count = 0;

function passed(): void {
  count += 1;
  if (count === killAt) process.kill(process.pid, "SIGKILL");
  if (keepIn !== undefined) fs.cpSync(process.cwd(), path.join(keepIn, String(count)), { recursive: true });
}

const { rename } = fs.promises;

fs.promises.rename = async (from, to) => {
  passed();
  await rename(from, to);
  passed();
};

const probe = await fs.promises.open(import.meta.filename, "r");
const prototype = Object.getPrototypeOf(probe) as { datasync: () => Promise<void> };
await probe.close();
const { datasync } = prototype;
prototype.datasync = async function (this: unknown) {
  await datasync.call(this);
  passed();
};
syncBuiltinESMExports();
