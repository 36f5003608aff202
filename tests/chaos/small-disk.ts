/** A disk that is small enough to be filled. Needs root; elsewhere there is none, and no disk is full. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { atExit } from "./at-exit.ts";

const SIZE = "16m";
const PIECE = Buffer.alloc(64 * 1024);

/** A mounted disk. */
export interface SmallDisk {
  /** Takes all that is free, until `free`. */
  fill(): void;
  free(): void;
  unmount(): void;
}

/** Mounts one at `folder`; `undefined` where that is not allowed. */
export function mountSmallDisk(folder: string): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=1777`, "apex-chaos", folder], {
      stdio: "pipe",
    });
  } catch {
    return undefined;
  }
  const unmount = (): void => {
    execFileSync("umount", [folder], { stdio: "pipe" });
  };
  const forget = atExit(unmount);
  const filler = path.join(folder, "filler");
  return {
    fill() {
      const file = openSync(filler, "w");
      try {
        for (;;) writeSync(file, PIECE);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount: () => {
      forget();
      unmount();
    },
  };
}
