import { runChecks, versionOf } from "../kit/report.mjs";
import { answers } from "./checks/answers.mjs";
import { besideItsOwn } from "./checks/beside.mjs";
import { bodies } from "./checks/bodies.mjs";
import { gates } from "./checks/gates.mjs";
import { observes } from "./checks/observing.mjs";
import { waits } from "./checks/waits.mjs";

// node undici/main.mjs PACKAGE: what must hold of `sluice/undici` with whichever undici and Node this runs on.
const [name = "undici"] = process.argv.slice(2);
await runChecks(
  { door: "undici", version: versionOf(name) },
  { ...answers, ...waits, ...bodies, ...besideItsOwn, ...gates, ...observes },
);
process.exit();
