import type { Clock } from "../../clock.js";
import type { Answer } from "../../page/answer.js";
import { STREAM_HEADERS } from "../../page/headers.js";
import type { Sluice } from "../../sluice.js";
import { refusalOf } from "./admission.js";
import { type Ask, refuse, tell } from "./ask.js";
import { Control } from "./control.js";
import { Hub } from "./hub.js";
import type { About } from "./message.js";
import { livePage } from "./page.js";
import { TOKEN_HEADER, Token } from "./token.js";

/** What a live page is made of. */
export interface LiveParts {
  readonly sluice: Pick<Sluice, "event$" | "budgets" | "pause" | "resume" | "cap">;
  readonly clock: Clock;
  readonly about: Omit<About, "startedAtMs">;
  /** What its program has to tell beside the budgets, as JSON. */
  readonly extra?: (() => unknown) | undefined;
  /** Names under which others than this machine may come. Default: none. */
  readonly hosts?: readonly string[] | undefined;
  /** Default: a new one that nobody can guess. */
  readonly token?: string | undefined;
}

/** What a control may be told, in bytes. */
const BODY_BYTES_MAX = 4_096;

/** A live page behind any server: what is asked of it, and what it answers. */
export class Live {
  readonly token: Token;
  readonly #hosts: readonly string[];
  readonly #control: Control;
  readonly #hub: Hub;

  constructor({ sluice, clock, about, extra, hosts = [], token }: LiveParts) {
    this.token = new Token(token);
    this.#hosts = hosts.map((host) => host.toLowerCase());
    const control = new Control(sluice);
    this.#control = control;
    this.#hub = new Hub({ sluice, clock, about, extra, isAllPaused: () => control.isAllPaused });
  }

  /** Whether a path, from the page's own root, is one of its own. */
  has(path: string): boolean {
    return Object.hasOwn(PATHS, path);
  }

  async answer(ask: Ask): Promise<Answer> {
    const { path, method } = ask;
    const refusal = refusalOf({ hosts: this.#hosts }, ask, path === "/");
    if (refusal !== undefined) return refusal;
    const methods = PATHS[path];
    if (methods === undefined) return refuse(404, `no page ${JSON.stringify(path.slice(0, 40))}`);
    if (!methods.includes(method)) {
      const allow = methods.join(", ");
      return refuse(405, `${path} takes ${allow}`, { allow });
    }
    if (path === "/") return livePage();
    if (path === "/hello") return tell(200, { fingerprint: this.token.fingerprint });
    if (!this.token.isEqual(ask.header(TOKEN_HEADER))) {
      return refuse(401, `the header ${TOKEN_HEADER} is missing, or not right`, { "www-authenticate": TOKEN_HEADER });
    }
    return path === "/events" ? this.#stream() : await this.#move(ask);
  }

  /** Tells all who look that it is over. */
  end(): void {
    this.#hub.end();
  }

  #stream(): Answer {
    if (this.#hub.isFull) return refuse(503, "too many look at this page already", { "retry-after": "10" });
    return { status: 200, headers: STREAM_HEADERS, content: (sink) => this.#hub.read(sink) };
  }

  async #move(ask: Ask): Promise<Answer> {
    // A form of another site can't send this type, without asking first.
    if (!/^application\/json\b/i.test(ask.header("content-type") ?? "")) return refuse(415, "the body must be JSON");
    const body = await ask.body(BODY_BYTES_MAX);
    if (body === undefined) return refuse(413, `the body must have no more than ${BODY_BYTES_MAX} bytes`);
    const trouble = this.#control.carryOut(body);
    if (trouble !== undefined) return refuse(400, trouble);
    this.#hub.hurry();
    return tell(200, { done: true });
  }
}

/** Its paths, and what each takes. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  "/": ["GET", "HEAD"],
  "/hello": ["GET", "HEAD"],
  "/events": ["GET"],
  "/control": ["POST"],
};

/** All its paths, from its own root. */
export const LIVE_PATHS: readonly string[] = Object.keys(PATHS);
