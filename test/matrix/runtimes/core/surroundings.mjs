import { createSluice, isSluiceError } from "sluice";
import { using_ } from "./fetch.mjs";
import { chat, chatAt, counted, hold, pause, rowOf, same } from "./kit.mjs";

/** What travels with asynchronous calls, where the platform can carry it. */
export const WITH = {
  "with() says so where there is no AsyncLocalStorage": ({ carries }) =>
    using_(createSluice(), async (sluice) => {
      if (carries) return "there is";
      try {
        sluice.with({ key: "mine" }, () => undefined);
      } catch (error) {
        hold(isSluiceError(error) && error.code === "ERR_SLUICE_OPTION", String(error));
        hold(/schedule/.test(error.message), `it doesn't say what to use instead: ${error.message}`);
        return error.message;
      }
      throw new Error("it doesn't");
    }),
  "with() reaches a fetch behind any await": ({ carries, origin }) =>
    using_(createSluice(), async (sluice) => {
      if (!carries) return "not on this platform";
      await sluice.with({ key: "mine" }, async () => {
        await pause(5);
        await (await sluice.fetch(chatAt(origin), chat("fast"))).text();
      });
      hold(rowOf(sluice, "mine") !== undefined, "the key isn't the one that was given");
    }),
  "a fetch behind an await of a task takes no second permit": ({ carries, origin }) =>
    using_(createSluice({ concurrencyMax: 1 }), async (sluice) => {
      if (!carries) return "not on this platform";
      // Carrying begins when fetch is first asked for.
      const { fetch } = sluice;
      const task = async () => {
        await pause(5);
        return (await fetch(chatAt(origin), chat("behind"))).text();
      };
      await sluice.schedule(task, { key: "a" });
      same((await counted(origin, "behind")).accepted, 1, "what the server let in");
      same(rowOf(sluice, "|behind"), undefined, "a second budget");
    }),
};
