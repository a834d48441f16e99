import type { IncomingMessage, ServerResponse } from "node:http";
import { systemClock } from "../../clock.js";
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
  connections(): Promise<number>;
}

/** The page that tells whether we live, and nothing else: whoever watches over us needs no token for it. */
export const HEALTH = "/healthz";

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

/** Their names, each beginning with a slash. */
export const PAGE_NAMES: readonly string[] = Object.keys(PAGES);

/** All that is known of requests and budgets; of credentials the fingerprints alone. */
export function stateOf({ target, books }: Pick<PagesHouse, "target" | "books">) {
  const budgets = [...books.rows().values()].flat();
  const { open, left, broken, answers } = books;
  return { target, open, left, broken, answers: Object.fromEntries(answers), budgets };
}

/** Our own pages, beneath a path of theirs. */
export class Pages {
  readonly #house: PagesHouse;
  readonly #startedAtMs = systemClock.wallNow();

  constructor(house: PagesHouse) {
    this.#house = house;
  }

  async answer(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = Object.hasOwn(PAGES, name) ? PAGES[name] : undefined;
    if (page === undefined) {
      const message = `no page ${JSON.stringify(name.slice(0, 40))}; there are ${PAGE_NAMES.join(", ")}`;
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
