// Continuous integration and the Docker engine: `prepare FILE` sees to it that one answers and prints 1 where the tests must
// have one; `leave FILE SUMMARY` stops what was started, and counts what the tests have left behind. What it cannot undo it
// says: a package that was installed stays, and so do the bridge and the firewall rules of an engine that ran.
// Plain JavaScript for the shell's Node, since `prepare` runs before anything is installed.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDocker } from "../infra/setup/docker.mjs";
import { stopDocker } from "../infra/setup/run-engine.mjs";
import { canInstallEngine } from "../infra/setup/this-host.mjs";
import { findEngine } from "../packages/core/src/testing/find-engine.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const ANSWER_TIMEOUT_MS = 60_000;

function say(text) {
  process.stderr.write(`apex ci: ${text}\n`);
}

function ask(place, method, target) {
  return new Promise((resolve, reject) => {
    const asked = request(
      { ...place.options, method, path: target, timeout: ANSWER_TIMEOUT_MS },
      async (response) => {
        const chunks = [];
        for await (const chunk of response) chunks.push(chunk);
        const text = Buffer.concat(chunks).toString("utf8");
        if (response.statusCode >= 300)
          reject(new Error(`${method} ${target}: ${response.statusCode} ${text}`));
        else resolve(text === "" ? undefined : JSON.parse(text));
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", reject);
    asked.end();
  });
}

const labelled = (label) => encodeURIComponent(JSON.stringify({ label: [label] }));

/** What Apex has in the engine: what runs make, which no test may leave, and images, which stay for the next test. */
async function inventory(place) {
  const ofRuns = labelled("apex.run");
  const [containers, networks, volumes, images] = await Promise.all([
    ask(place, "GET", `/containers/json?all=1&filters=${ofRuns}`),
    ask(place, "GET", `/networks?filters=${ofRuns}`),
    ask(place, "GET", `/volumes?filters=${ofRuns}`),
    ask(place, "GET", `/images/json?filters=${labelled("apex.image")}`),
  ]);
  return {
    remains: [
      ...containers.map(({ Id, Names }) => ({
        text: `container ${Names[0] ?? Id}`,
        target: `/containers/${Id}?force=1&v=1`,
      })),
      ...networks.map(({ Id, Name }) => ({ text: `network ${Name}`, target: `/networks/${Id}` })),
      ...(volumes.Volumes ?? []).map(({ Name }) => ({ text: `volume ${Name}`, target: `/volumes/${Name}` })),
    ],
    // The youngest first: what stands on another image is younger than it.
    images: images
      .toSorted((a, b) => b.Created - a.Created)
      .flatMap(({ Id, RepoTags }) => {
        const names = (RepoTags ?? []).filter((name) => name !== "<none>:<none>");
        return names.length > 0 ? names : [Id];
      })
      .map((name) => ({ text: `image ${name}`, target: `/images/${name}` })),
  };
}

async function prepare(file) {
  const state = {};
  // Each change is written when it is made: a Ctrl-C may come before the engine answers.
  const note = (change) => writeFileSync(file, JSON.stringify(Object.assign(state, change)));
  note({});
  await ensureDocker({ root: ROOT, say, note, isRetry: true });
  const search = await findEngine(process.env);
  if (search.kind === "found") note({ before: await inventory(search.place) });
  const isExpected = search.kind === "found" || (search.kind !== "off" && canInstallEngine());
  if (isExpected && search.kind !== "found")
    say(
      "NO DOCKER ENGINE on a machine where one was expected: the tests that need one will FAIL, not be skipped",
    );
  process.stdout.write(isExpected ? "1" : "0");
}

/** Removes what is new in an engine that was started for the tests; in one that ran already it is only told. */
async function tidy(place, before, isOurs) {
  const now = await inventory(place);
  const isNew = (kind) => (each) => !before[kind].some(({ target }) => target === each.target);
  const remains = now.remains.filter(isNew("remains"));
  const images = now.images.filter(isNew("images"));
  // An engine that ran already may serve others: what is new there need not be of the tests.
  if (!isOurs) {
    for (const { text } of [...remains, ...images]) say(`new, of the tests or of others, and stays: ${text}`);
    return 0;
  }
  for (const { text } of remains) say(`LEFT BEHIND by the tests: ${text}`);
  for (const { text, target } of [...remains, ...images])
    await ask(place, "DELETE", target).catch((error) => say(`${text} stays: ${error.message}`));
  return remains.length;
}

async function stop(started) {
  const hasStopped = await stopDocker(started);
  say(
    hasStopped
      ? "stopped the Docker engine again; its bridge docker0 and its firewall rules stay until the next boot"
      : "the Docker engine that was started DOES NOT STOP and stays",
  );
}

async function leave(file, summary) {
  if (!existsSync(file)) return;
  const { started, hasInstalled, before, isLeft } = JSON.parse(readFileSync(file, "utf8"));
  if (isLeft) return;
  const search = await findEngine(process.env);
  if (search.kind === "found" && before !== undefined) {
    const failed = (await tidy(search.place, before, started !== undefined)) > 0 ? 1 : 0;
    if (summary) writeFileSync(summary, JSON.stringify({ passed: 1 - failed, failed }));
  }
  if (started !== undefined) await stop(started);
  if (hasInstalled)
    say("docker.io was installed and stays, with a service that starts at boot: apt-get purge docker.io");
  writeFileSync(file, JSON.stringify({ isLeft: true }));
}

const [verb, file, summary] = process.argv.slice(2);
if (verb === "prepare") await prepare(file);
else if (verb === "leave") await leave(file, summary);
else throw new Error(`unknown verb ${verb}: prepare FILE, or leave FILE SUMMARY`);
