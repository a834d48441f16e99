import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { report } from "../kit/report.mjs";
import { MATRIX } from "../runner/paths.mjs";
import { runtimes } from "../runner/runtimes.mjs";

/** A dozen worlds: told and untold, true and lying, one client and several, clocks that jump, and drawn ones of each kind. */
const WORLDS = "s04 s14 s19 s22 s28 s39 s41 s42 f01 plant-1 told-plant-3 swarm-1".split(" ");
const SEEDS = 2;
const NODES = ["node20.19", "node22", "node24", "node26"];

const known = runtimes();
const [first, ...others] = NODES.filter((name) => known[name] !== undefined);
if (first === undefined) report({ door: "equal seeds", check: "runs", ok: null, detail: "no other Node here" });
else {
  const oldest = await reportOf(first);
  for (const name of [first, ...others]) {
    const { version, hash } = name === first ? oldest : await reportOf(name);
    const check = `${WORLDS.length} worlds of ${SEEDS} seeds give the report of Node ${oldest.version}, byte for byte`;
    const isEqual = hash === oldest.hash;
    const detail = isEqual ? "equal" : `${hash}, and not ${oldest.hash}`;
    report({ door: "equal seeds", runtime: name, version, check, ok: isEqual, detail });
  }
}

/** What `sluice simulate` tells there as JSON, as a hash; and the version that told it. */
async function reportOf(name) {
  const [program] = known[name];
  const command = join(MATRIX, "node_modules/sluice/dist/src/cli/main.js");
  const version = await outputOf("nice", ["-n", "5", program, "-p", "process.versions.node"]);
  const words = [command, "simulate", ...WORLDS, "--seeds", String(SEEDS), "--json"];
  // It ends with 1 where a bound is missed, and two seeds are few: here only equality counts.
  const text = await outputOf("nice", ["-n", "5", program, ...words], [0, 1]);
  const { runs } = JSON.parse(text);
  if (runs.length < WORLDS.length * SEEDS) throw new Error(`${name} ran ${runs.length} worlds`);
  return { version: version.trim(), hash: createHash("sha256").update(text).digest("hex").slice(0, 16) };
}

async function outputOf(program, args, codes = [0]) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  const pieces = [];
  child.stdout.on("data", (piece) => pieces.push(piece));
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (!codes.includes(code)) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  return Buffer.concat(pieces).toString("utf8");
}
