import { createSluice } from "sluice";
import { using_ } from "./fetch.mjs";
import { chat, chatAt, hold, pendingTimers, rejection, same, until } from "./kit.mjs";

/** How it ends. */
export const CLOSE = {
  async "close() refuses what waits, completes event$, and leaves no timer"({ origin }) {
    const before = pendingTimers();
    return using_(createSluice(), async (sluice) => {
      let isComplete = false;
      sluice.event$.subscribe({
        complete: () => {
          isComplete = true;
        },
      });
      const ask = async () => (await sluice.fetch(chatAt(origin), chat("one-a-second"))).text();
      await ask();
      // The first few may go, the others wait for their moment: there is a timer.
      const fates = Promise.allSettled(Array.from({ length: 12 }, ask));
      await until(() => pendingTimers() > before, "nothing waited");
      await sluice.close();
      const codes = (await fates).flatMap(({ reason }) => (reason === undefined ? [] : [reason.code]));
      hold(codes.length > 0 && codes.every((code) => code === "ERR_SLUICE_CLOSED"), `codes: ${codes}`);
      hold(isComplete, "event$ isn't complete");
      same(pendingTimers() - before, 0, "timers left");
      const late = await rejection(
        sluice.schedule(async () => 1, { key: "a" }),
        "a closed sluice",
      );
      same(late.code, "ERR_SLUICE_CLOSED", "the code");
      return { refused: codes.length };
    });
  },
  async "a body that nobody reads is let go by close({ abort: true })"({ origin }) {
    const before = pendingTimers();
    await using_(createSluice(), (sluice) =>
      sluice.fetch(chatAt(origin), chat("slow", { stream: true, max_tokens: 24 })),
    );
    same(pendingTimers() - before, 0, "timers left");
  },
  async "an idle sluice has no timer, closed or not"({ origin }) {
    const before = pendingTimers();
    const sluice = createSluice();
    await (await sluice.fetch(chatAt(origin), chat("fast"))).text();
    await until(() => pendingTimers() === before, "there is one left");
    await sluice[Symbol.asyncDispose]();
  },
};
