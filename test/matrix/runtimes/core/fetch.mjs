import { createSluice, isSluiceError } from "sluice";
import { chat, chatAt, counted, hold, move, pause, recorded, rejection, rowOf, same, until } from "./kit.mjs";

/** `sluice.fetch`, against a real server. */
export const FETCH = {
  async "40 requests into a limit of 20 a second are all answered"({ origin }) {
    await using_(createSluice(), async (sluice) => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => sluice.fetch(chatAt(origin), chat("twenty")).then((got) => got.json())),
      );
      hold(
        answers.every(({ object }) => object === "chat.completion"),
        "not every answer is a completion",
      );
    });
    const { accepted, throttled } = await counted(origin, "twenty");
    same(accepted, 40, "what the server let in");
    hold(throttled <= 4, `the server refused ${throttled}`);
    return { throttled };
  },
  async "the key has the credential's fingerprint, and the response the limit that its headers tell"({ origin }) {
    return using_(createSluice(), async (sluice) => {
      const events = recorded(sluice);
      await (await sluice.fetch(chatAt(origin), chat("twenty"))).json();
      const { key } = rowOf(sluice, "|twenty");
      hold(/^http:\/\/[^|]+\|[0-9a-f]{12}\|twenty$/.test(key), `the key is ${key}`);
      const { quotas } = events.find(({ type }) => type === "response");
      same(quotas.find(({ dimension }) => dimension === "requests")?.limit, 20, "the limit");
    });
  },
  async "a failure is tried again"({ origin }) {
    await move(origin, { fault: { model: "failing", kind: "status-500", times: 1 } });
    return using_(createSluice({ retry: { backoffInitialMs: 20 } }), async (sluice) => {
      const events = recorded(sluice);
      same((await sluice.fetch(chatAt(origin), chat("failing"))).status, 200, "the status");
      same(events.filter(({ type }) => type === "retry").length, 1, "retries");
    });
  },
  async "a lost connection is known as one, and tried again"({ origin }) {
    await move(origin, { fault: { model: "closing", kind: "close-early", times: 3 } });
    return using_(createSluice({ retry: { backoffInitialMs: 20 } }), async (sluice) => {
      const events = recorded(sluice);
      const { status } = await sluice.fetch(chatAt(origin), chat("closing"));
      same(status, 200, "the status");
      const failures = events.filter(({ type, outcome }) => type === "response" && outcome === "failed");
      // Some platforms repeat by themselves what was lost on a kept connection.
      hold(failures.length >= 1, "no try failed");
      hold(
        failures.every(({ isOwn }) => isOwn !== true),
        "taken for the task's own failure",
      );
    });
  },
  async "a server that isn't there is known as one"({ deadOrigin }) {
    return using_(createSluice({ retry: { attemptsMax: 2, backoffInitialMs: 20 } }), async (sluice) => {
      const events = recorded(sluice);
      const error = await rejection(sluice.fetch(chatAt(deadOrigin), chat("any")), "nobody listens");
      const failures = events.filter(({ type }) => type === "response");
      same(failures.length, 2, `tries (${error})`);
      return String(error);
    });
  },
  async "a last refusal is a Response that says to stop, with its address, its body and its clones"({ origin }) {
    await move(origin, { fault: { model: "spent", kind: "exhausted", times: 1 } });
    return using_(createSluice(), async (sluice) => {
      const response = await sluice.fetch(chatAt(origin), chat("spent"));
      hold(response instanceof Response, "it is no Response");
      same(response.status, 402, "the status");
      same(response.headers.get("x-should-retry"), "false", "x-should-retry");
      same(response.url, chatAt(origin), "its url");
      const copy = response.clone();
      same(await copy.text(), await response.text(), "the clone's body");
    });
  },
  async "our own refusal is a 429 that says that it was the local queue"({ origin }) {
    return using_(createSluice({ queue: { sizeMax: 0 } }), async (sluice) => {
      sluice.pause();
      const response = await sluice.fetch(chatAt(origin), chat("any"));
      same([response.status, response.headers.get("x-should-retry")], [429, "false"], "the refusal");
      const { error } = await response.json();
      same(error.code, "ERR_SLUICE_QUEUE_FULL", "its code");
      hold(/local queue/.test(error.message), `its message is: ${error.message}`);
    });
  },
  async "or an error, where that is asked for"({ origin }) {
    return using_(createSluice({ onReject: "throw", queue: { sizeMax: 0 } }), async (sluice) => {
      sluice.pause();
      const error = await rejection(sluice.fetch(chatAt(origin), chat("any")), "a full queue");
      hold(isSluiceError(error) && error.code === "ERR_SLUICE_QUEUE_FULL", String(error));
    });
  },
  async "a Request is taken as well, and can be sent again"({ origin }) {
    await move(origin, { fault: { model: "again", kind: "status-500", times: 1 } });
    return using_(createSluice({ retry: { backoffInitialMs: 20 } }), async (sluice) => {
      const response = await sluice.fetch(new Request(chatAt(origin), chat("again")));
      same((await response.json()).model, "again", "the model that answered");
      hold(rowOf(sluice, "|again") !== undefined, "the model wasn't found in the Request's body");
    });
  },
  async "a stream is sent as a body, once, where the platform's own fetch can"({ origin }) {
    const { body, ...rest } = chat("streamed-up");
    const streaming = () => ({ ...rest, duplex: "half", body: new Blob([body]).stream() });
    const bare = await fetch(chatAt(origin), streaming()).catch((error) => error);
    if (!(bare instanceof Response)) return `the platform refuses: ${bare}`;
    await bare.text();
    return using_(createSluice(), async (sluice) => {
      const response = await sluice.fetch(chatAt(origin), streaming());
      same((await response.json()).model, "streamed-up", "the model that answered");
    });
  },
  async "a deadline that can't be met ends it at once"({ origin }) {
    return using_(createSluice({ deadlineMs: 30, onReject: "throw" }), async (sluice) => {
      sluice.pause();
      const error = await rejection(sluice.fetch(chatAt(origin), chat("any")), "a paused key");
      same(error.code, "ERR_SLUICE_DEADLINE", "the code");
    });
  },
  async "an aborted request leaves the queue with the signal's own reason, and isn't sent"({ origin }) {
    return using_(createSluice(), async (sluice) => {
      sluice.pause();
      const controller = new AbortController();
      const asked = sluice.fetch(chatAt(origin), { ...chat("never-sent"), signal: controller.signal });
      asked.catch(() => {});
      await until(() => rowOf(sluice, "|never-sent")?.queued === 1, "it doesn't wait");
      const reason = new Error("the user went away");
      controller.abort(reason);
      hold((await rejection(asked, "an abort")) === reason, "the reason isn't the signal's own");
      same(rowOf(sluice, "|never-sent")?.queued, 0, "who waits afterwards");
      sluice.resume();
      await pause(50);
      same(await counted(origin, "never-sent"), { accepted: 0, throttled: 0 }, "what the server saw");
    });
  },
};

/** Makes use of a sluice, and closes it. */
export async function using_(sluice, use) {
  try {
    return await use(sluice);
  } finally {
    await sluice.close({ abort: true });
  }
}
