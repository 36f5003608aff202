// Continuous integration and the Docker engine: `prepare FILE` sees to it that one answers and prints 1 where the tests must
// have one; `leave FILE SUMMARY` leaves the machine as it was found, and counts what the tests have left behind.
// Plain JavaScript for the shell's Node, since `prepare` runs before anything is installed.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  askEngine,
  canInstallEngine,
  enginePlaces,
  ensureDocker,
  stopDocker,
} from "../infra/setup/docker.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const ANSWER_TIMEOUT_MS = 60_000;

function say(text) {
  process.stderr.write(`apex ci: ${text}\n`);
}

function ask(place, method, target) {
  return new Promise((resolve, reject) => {
    const asked = request(
      { ...place, method, path: target, timeout: ANSWER_TIMEOUT_MS },
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

/** The engine that answers. */
async function findEngine() {
  for (const place of enginePlaces()) {
    const answers = await ask(place, "GET", "/info").then(
      () => true,
      () => false,
    );
    if (answers) return place;
  }
  return undefined;
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
      .flatMap(({ Id, RepoTags }) => (RepoTags?.length ? RepoTags : [Id]))
      .map((name) => ({ text: `image ${name}`, target: `/images/${name}` })),
  };
}

async function prepare(file) {
  const wasRunning = (await askEngine()) === "answers";
  const started = wasRunning ? undefined : await ensureDocker({ root: ROOT, say });
  const engine = await findEngine();
  const before = engine === undefined ? undefined : await inventory(engine);
  writeFileSync(file, JSON.stringify({ started, before }));
  const isExpected = process.env.APEX_DOCKER !== "off" && (engine !== undefined || canInstallEngine());
  if (isExpected && engine === undefined)
    say(
      "NO DOCKER ENGINE on a machine where one was expected: the tests that need one will FAIL, not be skipped",
    );
  process.stdout.write(isExpected ? "1" : "0");
}

async function leave(file, summary) {
  if (!existsSync(file)) return;
  const { started, before, isLeft } = JSON.parse(readFileSync(file, "utf8"));
  if (isLeft) return;
  const engine = await findEngine();
  if (engine !== undefined && before !== undefined) {
    const now = await inventory(engine);
    const isNew = (kind) => (each) => !before[kind].some(({ target }) => target === each.target);
    const remains = now.remains.filter(isNew("remains"));
    // An engine that ran already may serve others: what is new there need not be of the tests.
    const isOurs = started !== undefined;
    for (const { text } of remains)
      say(`${isOurs ? "LEFT BEHIND by the tests" : "new, of the tests or of others"}: ${text}`);
    const removed = [...(isOurs ? remains : []), ...now.images.filter(isNew("images"))];
    for (const { text, target } of removed)
      await ask(engine, "DELETE", target).catch((error) => say(`${text} stays: ${error.message}`));
    const failed = isOurs && remains.length > 0 ? 1 : 0;
    if (summary) writeFileSync(summary, JSON.stringify({ passed: 1 - failed, failed }));
  }
  if (started !== undefined) {
    await stopDocker(started);
    say("stopped the Docker engine again");
  }
  writeFileSync(file, JSON.stringify({ isLeft: true }));
}

const [verb, file, summary] = process.argv.slice(2);
if (verb === "prepare") await prepare(file);
else if (verb === "leave") await leave(file, summary);
else throw new Error(`unknown verb ${verb}: prepare FILE, or leave FILE SUMMARY`);
