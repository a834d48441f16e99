import { createSluice } from "sluice";
import { using_ } from "./fetch.mjs";
import { chat, chatAt, hold, move, recorded, rejection, rowOf, same, until } from "./kit.mjs";

/** Answers that come in pieces. */
export const STREAM = {
  async "the pieces come as they are sent, the slot is held to the end, and the tokens are settled"({ origin }) {
    return using_(createSluice(), async (sluice) => {
      const events = recorded(sluice);
      const response = await sluice.fetch(chatAt(origin), chat("slow", { stream: true, max_tokens: 24 }));
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let text = "";
      let pieces = 0;
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        text += decoder.decode(next.value, { stream: true });
        pieces++;
        if (!text.includes("[DONE]")) same(rowOf(sluice, "|slow").inFlight, 1, "in flight, in the middle of the body");
      }
      hold(pieces > 3, `it came in ${pieces} pieces`);
      hold(text.includes("[DONE]"), "its end is missing");
      await until(() => rowOf(sluice, "|slow").inFlight === 0, "the slot is still held");
      const settled = events.find(({ type }) => type === "settled");
      hold(settled?.actual?.tokens > 0, `what it spent: ${JSON.stringify(settled?.actual)}`);
      return { pieces, tokens: settled.actual.tokens };
    });
  },
  async "a reader that cancels gives the slot back"({ origin }) {
    return using_(createSluice(), async (sluice) => {
      const response = await sluice.fetch(chatAt(origin), chat("slow", { stream: true, max_tokens: 24 }));
      const reader = response.body.getReader();
      await reader.read();
      await reader.cancel();
      await until(() => rowOf(sluice, "|slow").inFlight === 0, "the slot is still held");
    });
  },
  async "an abort ends the body with the signal's own reason, and gives the slot back"({ origin }) {
    return using_(createSluice(), async (sluice) => {
      const controller = new AbortController();
      const asked = { ...chat("slow", { stream: true, max_tokens: 24 }), signal: controller.signal };
      const response = await sluice.fetch(chatAt(origin), asked);
      const reader = response.body.getReader();
      await reader.read();
      const reason = new Error("enough");
      controller.abort(reason);
      const readOn = async () => {
        while (!(await reader.read()).done);
      };
      hold((await rejection(readOn(), "an abort")) === reason, "the reason isn't the signal's own");
      await until(() => rowOf(sluice, "|slow").inFlight === 0, "the slot is still held");
    });
  },
  async "a body that breaks off fails where it is read, and gives the slot back"({ origin }) {
    await move(origin, { fault: { model: "breaking", kind: "close-mid-body" } });
    return using_(createSluice(), async (sluice) => {
      const response = await sluice.fetch(chatAt(origin), chat("breaking", { stream: true, max_tokens: 24 }));
      const error = await rejection(response.text(), "half a body");
      await until(() => rowOf(sluice, "|breaking").inFlight === 0, "the slot is still held");
      return String(error);
    });
  },
};
