import type { IncomingMessage, ServerResponse } from "node:http";
import { LIVE_PATHS, type Live } from "../../adapter/dashboard/live.js";
import { askOfNode } from "../../adapter/dashboard/node.js";
import { systemClock } from "../../clock.js";
import { answerNode } from "../../page/answer-node.js";
import type { BodyRoom } from "./body-room.js";
import type { Books } from "./books.js";
import { STOPPING } from "./failure.js";
import { METRICS_TYPE, metricsText } from "./metrics.js";
import { sendRefusal } from "./refusal.js";

/** What the pages tell of. */
export interface PagesHouse {
  readonly books: Books;
  readonly room: BodyRoom;
  readonly target: string;
  readonly isStopping: boolean;
  readonly live: Live;
  connections(): Promise<number>;
}

/** The page that tells whether we live, and nothing else: whoever watches over us needs no token for it. */
export const HEALTH = "/healthz";

/** The live page, and beneath it what it asks for. It lets nobody in without a token of its own, and checks itself who asks. */
export const LIVE = "/live";

type Page = (house: PagesHouse, startedAtMs: number) => Promise<{ readonly type: string; readonly text: string }>;

const PAGES: Readonly<Record<string, Page>> = {
  [HEALTH]: async () => json({ status: "ok" }),
  "/metrics": async ({ books, room, connections }, startedAtMs) => ({
    type: METRICS_TYPE,
    text: metricsText(books, {
      connections: await connections(),
      heldBytes: room.takenBytes,
      residentBytes: process.memoryUsage.rss(),
      startedAtSeconds: startedAtMs / 1_000,
    }),
  }),
  "/state": async (house) => json(stateOf(house)),
};

const NAMES: readonly string[] = [...Object.keys(PAGES), LIVE];

/** All their paths. */
export const PAGE_PATHS: readonly string[] = [...NAMES, ...LIVE_PATHS.map((path) => `${LIVE}${path}`)];

/** All that is known of requests and budgets; of credentials the fingerprints alone. */
export function stateOf({ target, books }: Pick<PagesHouse, "target" | "books">) {
  const budgets = [...books.rows().values()].flat();
  return { target, ...trafficOf(books), budgets };
}

/** What became of all requests. */
export function trafficOf({ open, left, broken, answers }: Books) {
  return { open, left, broken, answers: Object.fromEntries(answers) };
}

/** Our own pages, beneath a path of theirs. */
export class Pages {
  readonly #house: PagesHouse;
  readonly #startedAtMs = systemClock.wallNow();

  constructor(house: PagesHouse) {
    this.#house = house;
  }

  /** The path within the live page that a page's name means, where it means one. */
  livePathOf(name: string): string | undefined {
    return name === LIVE || name.startsWith(`${LIVE}/`) ? name.slice(LIVE.length) || "/" : undefined;
  }

  async answerLive(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    answerNode(await this.#house.live.answer(askOfNode(request, path)), response);
  }

  async answer(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = Object.hasOwn(PAGES, name) ? PAGES[name] : undefined;
    if (page === undefined) {
      const message = `no page ${JSON.stringify(name.slice(0, 40))}; there are ${NAMES.join(", ")}`;
      return sendRefusal(response, { status: 404, code: "ERR_PROXY_PAGE", message });
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      const headers = { allow: "GET, HEAD" };
      return sendRefusal(response, { status: 405, code: "ERR_PROXY_METHOD", message: `${name} takes GET`, headers });
    }
    if (name === HEALTH && this.#house.isStopping) return sendRefusal(response, STOPPING);
    const { type, text } = await page(this.#house, this.#startedAtMs);
    const length = String(Buffer.byteLength(text));
    response.writeHead(200, { "content-type": type, "content-length": length, "cache-control": "no-store" }).end(text);
  }
}

function json(value: unknown) {
  return { type: "application/json", text: `${JSON.stringify(value)}\n` };
}
