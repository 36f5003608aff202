import { runCommand } from "./run-command.ts";
import { writeSettings } from "./terraform-settings.ts";
import { ALWAYS, hasJsonInit, type OpenPlace } from "./terraform-place.ts";
import type { TerraformBinary } from "./terraform-binary.ts";

/** Settings of the user's that would lead Terraform out of the copy, or change what it prints. */
const LEFT_OUT = /^TF_(?:CLI_ARGS.*|DATA_DIR|WORKSPACE|LOG.*|REATTACH_PROVIDERS)$/;

/** Port 9 of this machine discards: nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";
/**
 * What a configuration could still make Terraform itself do (fetch a module, open a backend) in a way that we did not
 * see: no network, no git, none of the user's credentials.
 */
const NO_WAY_OUT = {
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  GIT_ALLOW_PROTOCOL: "",
  GIT_CONFIG_GLOBAL: "/dev/null",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  GOOGLE_APPLICATION_CREDENTIALS: "/dev/null",
  CLOUDSDK_CONFIG: "/dev/null",
  AZURE_CONFIG_DIR: "/dev/null",
  KUBECONFIG: "/dev/null",
  NETRC: "/dev/null",
};

function realEnvironment(): Readonly<Record<string, string>> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || LEFT_OUT.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), ...ALWAYS };
}

function standInEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    ...ALWAYS,
    ...NO_WAY_OUT,
    PATH: process.env["PATH"] ?? "",
    // Configurations that the user trusts read "~/.ssh/id_rsa.pub" and the like.
    HOME: process.env["HOME"] ?? home,
    TMPDIR: home,
  };
}

/** Terraform as a process of this machine, in the private copy. With `isReal` it has the environment of this process. */
export function hostPlace(binary: TerraformBinary, isReal: boolean): OpenPlace {
  return ({ home, timeoutMs }) => {
    const own = isReal ? realEnvironment() : standInEnvironment(home);
    let settings: Readonly<Record<string, string>> = {};
    return Promise.resolve({
      version: binary.version,
      hasJsonInit: binary.product === "terraform" && hasJsonInit(binary.version),
      scratch: home,
      servingPid: process.pid,
      prepare: async () => {
        if (!isReal) settings = { TF_CLI_CONFIG_FILE: await writeSettings(home) };
      },
      run: ({ args, cwd, reattach, signal }) =>
        runCommand({
          path: binary.path,
          args,
          cwd,
          env: { ...own, ...settings, ...(isReal ? {} : { TF_REATTACH_PROVIDERS: reattach }) },
          timeoutMs,
          ...(signal === undefined ? {} : { signal }),
        }),
      close: () => Promise.resolve(),
    });
  };
}
