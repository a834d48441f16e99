import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { WebSocket } from "undici";

/** What a browser that draws this page may be called. */
export const BROWSER_NAMES: readonly string[] = ["chromium", "chromium-browser", "google-chrome"];

/** The first of them on the path. */
export function findBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => BROWSER_NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A page in a browser without a window, spoken to by Chrome's DevTools protocol. */
export class BrowserPage {
  /** What went wrong in it: exceptions, and whatever its console or its policy complained of. */
  readonly complaints: string[] = [];
  readonly #process: ChildProcess;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (reply: Reply) => void>();
  #session: string | undefined;
  #calls = 0;

  static async open(browser: string, profile: string, url: string): Promise<BrowserPage> {
    const process = spawn(
      browser,
      [
        "--headless",
        "--no-sandbox",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--window-size=1280,6000",
        "about:blank",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const socket = new WebSocket(await addressOf(process));
    await new Promise((opened) => socket.addEventListener("open", opened));
    const page = new BrowserPage(process, socket);
    const { targetInfos } = await page.#call("Target.getTargets");
    const target = targetInfos?.find(({ type }) => type === "page");
    const { sessionId } = await page.#call("Target.attachToTarget", { targetId: target?.targetId, flatten: true });
    page.#session = sessionId;
    for (const domain of ["Runtime", "Log", "Page"]) await page.#call(`${domain}.enable`);
    await page.#call("Page.navigate", { url });
    return page;
  }

  private constructor(process: ChildProcess, socket: WebSocket) {
    this.#process = process;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, method, params, result } = JSON.parse(String(data)) as Message;
      if (id !== undefined) this.#replies.get(id)?.(result ?? {});
      else if (/^(Runtime\.exceptionThrown|Runtime\.consoleAPICalled|Log\.entryAdded)$/.test(method ?? "")) {
        this.complaints.push(JSON.stringify(params));
      }
    });
  }

  /** What an expression comes to in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.#call("Runtime.evaluate", { expression, returnByValue: true });
    return result?.value;
  }

  /** Asks again until the answer is so; the caller's test has a time limit. */
  async until(expression: string): Promise<void> {
    while ((await this.evaluate(expression)) !== true) await new Promise((later) => setTimeout(later, 50));
  }

  /** Drags the mouse from one place to another. */
  async drag(from: Place, to: Place): Promise<void> {
    const mouse = (type: string, { x, y }: Place, buttons: number) =>
      this.#call("Input.dispatchMouseEvent", { type, x, y, buttons, button: "left", clickCount: 1 });
    await mouse("mouseMoved", from, 0);
    await mouse("mousePressed", from, 1);
    await mouse("mouseMoved", { x: (from.x + to.x) / 2, y: to.y }, 1);
    await mouse("mouseMoved", to, 1);
    await mouse("mouseReleased", to, 0);
  }

  async close(): Promise<void> {
    const exited = new Promise((done) => this.#process.once("exit", done));
    this.#socket.close();
    this.#process.kill();
    await exited;
  }

  #call(method: string, params: object = {}): Promise<Reply> {
    const id = ++this.#calls;
    return new Promise((done) => {
      this.#replies.set(id, done);
      this.#socket.send(JSON.stringify({ id, method, params, ...(this.#session && { sessionId: this.#session }) }));
    });
  }
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: Reply;
}

interface Reply {
  readonly targetInfos?: readonly { readonly type: string; readonly targetId: string }[];
  readonly sessionId?: string;
  readonly result?: { readonly value?: unknown };
}

/** Where a browser listens: it says so when it is ready. */
function addressOf(process: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((found, failed) => {
    process.once("error", failed);
    process.once("exit", (code) => failed(new Error(`the browser ended with ${code}: ${said}`)));
    process.stderr?.on("data", (chunk: Buffer) => {
      said += String(chunk);
      const [, address] = said.match(/DevTools listening on (ws:\S+)/) ?? [];
      if (address !== undefined) found(address);
    });
  });
}
