import { spawn } from "node:child_process";
import { once } from "node:events";
import { report, runChecks } from "../kit/report.mjs";
import { runtimes } from "../runner/runtimes.mjs";
import { hold, same } from "./core/kit.mjs";
import { firstLine, versionOf } from "./program.mjs";

// node runtimes/dashboard.mjs RUNTIME: mounts the live page there as the README says, and reads page and stream from outside.
const [runtime] = process.argv.slice(2);
const [program] = runtimes()[runtime] ?? [];
const door = "dashboard";
// The page is read from the disk, where its package is.
const WORDS = {
  bun: ["run"],
  deno: ["run", "--no-prompt", "--node-modules-dir=manual", "--allow-net", "--allow-read"],
};

if (program === undefined) {
  report({ door, runtime, check: "runs", ok: null, detail: `no ${runtime} here` });
} else {
  const guest = spawn(program, [...(WORDS[runtime] ?? []), "runtimes/dashboard-guest.mjs"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    await runChecks(
      { door, runtime, version: versionOf(program) },
      checksOf(guest, new URL(await firstLine(guest.stdout))),
    );
  } finally {
    guest.kill("SIGKILL");
  }
}

function checksOf(guest, url) {
  const token = new URLSearchParams(url.hash.slice(1)).get("token");
  const at = (path) => new URL(path, url);
  const headers = { "sluice-token": token };
  return {
    async "the page comes, and may run nothing but its own"() {
      const page = await fetch(url);
      same(page.status, 200, "status");
      hold(/script-src 'sha256-/.test(page.headers.get("content-security-policy") ?? ""), "no policy");
      hold((await page.text()).includes("<title>"), "no page");
    },
    async "who has no token, and a page of another site, hears nothing"() {
      same((await fetch(at("events"))).status, 401, "without a token");
      const cross = { ...headers, origin: "https://elsewhere.example" };
      same((await fetch(at("events"), { headers: cross })).status, 403, "from another origin");
    },
    async "the stream tells what happens, as it happens"() {
      const read = messagesOf(await fetch(at("events"), { headers }));
      let { value } = await read.next();
      same(value.type, "snapshot", "the first message");
      const acceptedAtFirst = value.rows[0]?.accepted ?? 0;
      while (!(value.rows[0]?.accepted > acceptedAtFirst)) ({ value } = await read.next());
      same(value.type, "increment", "what follows");
      hold(value.rows[0].key.includes("</script>"), "the model's name has changed");
      await read.return();
    },
    async "a control holds the model, and lets it go on"() {
      for (const isPaused of [true, false]) {
        const body = JSON.stringify({ do: isPaused ? "pause" : "resume" });
        const sent = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
        const { status } = await fetch(at("control"), sent);
        same(status, 200, body);
        const read = messagesOf(await fetch(at("events"), { headers }));
        same((await read.next()).value.isAllPaused, isPaused, "all is paused");
        await read.return();
      }
    },
    async "the stream ends with the sluice, and then the process by itself"() {
      const read = messagesOf(await fetch(at("events"), { headers }));
      await read.next();
      const ended = once(guest, "close");
      guest.stdin.end("end\n");
      let last;
      for await (const message of read) last = message;
      same(last?.type, "ended", "the last message");
      same((await ended)[0], 0, "exit code");
    },
  };
}

/** The messages of a stream, as they come. */
async function* messagesOf(response) {
  same(response.status, 200, "the stream");
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const data = part.split("\n").filter((line) => line.startsWith("data:"));
      if (data.length > 0) yield JSON.parse(data.map((line) => line.slice(5)).join("\n"));
    }
  }
}
