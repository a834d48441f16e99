import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, resolve } from "node:path";
import { Live } from "../../../adapter/dashboard/live.js";
import { askOfNode } from "../../../adapter/dashboard/node.js";
import { systemClock } from "../../../clock.js";
import { answerNode } from "../../../page/answer-node.js";
import type { Io } from "../../command.js";
import { announce, recall, sayPage } from "../../watch/announce.js";
import type { Display } from "../display.js";
import { messageOf } from "../failure.js";
import type { BatchSluice } from "../live/sluice.js";
import type { Progress } from "../progress.js";
import { type Ending, exitCodeOf, summarize } from "../summary.js";
import type { RunView } from "./run-view.js";

/** What a run is, for its page. */
export interface RunFacts {
  readonly requests: string;
  readonly output: string | undefined;
  readonly errors: string | undefined;
}

/** The live page of a run. */
export interface RunPage {
  /** Begins, once there is something to see. */
  begin(sluice: BatchSluice["sluice"], progress: Progress): Promise<void>;
  /** Shows how it ended, and goes. Without an ending it only goes. */
  end(ending?: Ending): Promise<void>;
}

/** Readers have so long to take the last words. */
const FAREWELL_MS = 1_000;

/** The page of a run: the same again has the same address and token, so that whoever has it open sees it go on. */
export function createRunPage(facts: RunFacts, display: Display, io: Io): RunPage {
  const note = (message: string): void => display.note("watch", message);
  const identity = [facts.requests, facts.output].map((path) => (path === undefined ? "" : resolve(path))).join("\n");
  const title = basename(facts.requests);
  let last: RunView | undefined;
  let open: { readonly live: Live; readonly server: Server; readonly retire: () => Promise<void> } | undefined;

  return {
    async begin(sluice, progress) {
      const startMs = systemClock.now();
      const view = (): RunView => {
        if (last?.ending !== undefined) return last;
        const nowMs = systemClock.now();
        const { failures, problems } = progress;
        last = { ...facts, elapsedMs: nowMs - startMs, models: progress.look(nowMs), failures, problems };
        return last;
      };
      const past = await recall("run", identity, io);
      const about = { kind: "run", title } as const;
      const live = new Live({ sluice, clock: systemClock, about, extra: view, token: past?.token });
      const server = createServer((request, response) => {
        const [path = "/"] = (request.url ?? "/").split("?", 1);
        live.answer(askOfNode(request, path)).then(
          (answer) => answerNode(answer, response),
          () => response.destroy(),
        );
      });
      try {
        const port = await listen(server, past === undefined ? 0 : Number(new URL(past.url).port));
        const page = { url: `http://127.0.0.1:${port}/`, token: live.token.text };
        note(sayPage(page, io));
        open = { live, server, retire: await announce({ kind: "run", title, identity, ...page }, io, note) };
      } catch (error) {
        note(`there is no live page: ${messageOf(error)}; the run goes on without it`);
      }
    },
    async end(ending) {
      if (open === undefined) return;
      const { live, server, retire } = open;
      open = undefined;
      if (ending !== undefined && last !== undefined) {
        const { models, failures, elapsedMs } = ending;
        last = {
          ...last,
          models,
          failures,
          elapsedMs,
          ending: { isGood: exitCodeOf(ending) === 0, text: summarize(ending) },
        };
      }
      live.end();
      await closed(server);
      await retire();
    },
  };
}

/** Listens on loopback, at a port if it is free. Resolves with the port. */
async function listen(server: Server, wanted: number): Promise<number> {
  const at = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  await at(wanted).catch((error: unknown) => (wanted === 0 ? Promise.reject(error) : at(0)));
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemClock.after(FAREWELL_MS, () => server.closeAllConnections());
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}
