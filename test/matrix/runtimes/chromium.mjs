import { createServer, request } from "node:http";
import { chromium } from "playwright-core";
import { bundle } from "./bundle.mjs";

/** A page may run what this origin serves, and nothing that is made out of a text. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' http://127.0.0.1:*";

/** Root, as which CI runs, has no sandbox; and a container's /dev/shm is small. */
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
/** A browser starts slowly where all cores are taken, in milliseconds. */
const LAUNCH_MAX_MS = 90_000;

/** Runs the core in a page, which has the simulated API at its own origin. */
export async function inChromium(command, { origin, deadOrigin }, tell) {
  const page = await servePage(origin);
  try {
    const complaints = await visit(
      command,
      `${page.url}/?${new URLSearchParams({ origin: page.url, deadOrigin })}`,
      tell,
    );
    const check = "a content security policy without eval has nothing to forbid";
    tell({ door: "fetch", check, ok: complaints.length === 0, detail: complaints });
  } finally {
    page.close();
  }
}

/** Opens the page, waits until it has told all, and gives what the browser complained of. */
async function visit([executablePath], url, tell) {
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS, timeout: LAUNCH_MAX_MS });
  try {
    const tab = await browser.newPage();
    const complaints = [];
    tab.on("console", (message) => /Content.Security.Policy/i.test(message.text()) && complaints.push(message.text()));
    const [ended, onEnd, onTrouble] = openPromise();
    tab.on("crash", () => onTrouble(new Error("the page has crashed")));
    tab.on("pageerror", onTrouble);
    // It must be there before the page's script is.
    await tab.exposeFunction("tell", (verdict) => (verdict === null ? onEnd() : tell(verdict)));
    await tab.goto(url);
    await ended;
    return complaints;
  } finally {
    await browser.close();
  }
}

/** A promise with what keeps and what breaks it. */
function openPromise() {
  let how;
  const promise = new Promise((...both) => {
    how = both;
  });
  return [promise, ...how];
}

/** The page, its script, and the API behind the same origin. */
async function servePage(api) {
  const files = {
    "/": ["text/html", '<!doctype html><title>sluice</title><script type="module" src="/page.js"></script>'],
    "/page.js": ["text/javascript", await bundle('import "./page.mjs";')],
  };
  const server = createServer((asked, answer) => {
    const file = files[new URL(asked.url, api).pathname];
    if (file !== undefined) {
      answer.writeHead(200, { "content-type": file[0], "content-security-policy": POLICY });
      return answer.end(file[1]);
    }
    const onward = request(`${api}${asked.url}`, { method: asked.method, headers: asked.headers }, (answered) => {
      // A browser itself repeats what was lost on a kept connection: here none is kept.
      answer.writeHead(answered.statusCode, { ...answered.headers, connection: "close" });
      answered.pipe(answer);
      answered.on("error", () => answer.destroy());
    });
    // What is lost behind it is lost before it, and who goes is gone there too.
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
