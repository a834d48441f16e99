import assert from "node:assert/strict";
import { createSluice } from "sluice";
import { sluiceInterceptor } from "sluice/undici";
import { body, FAST, open, origin, seen, undici } from "../world.mjs";

const { Agent, setGlobalDispatcher } = undici;

export const gates = {
  async "a handler of another undici is refused, and doesn't hang"() {
    const { sluice } = open();
    const dispatch = sluiceInterceptor(sluice)(() => assert.fail("a dispatch"));
    const old = { onConnect() {}, onHeaders() {}, onData() {}, onComplete() {}, onError() {} };
    let thrown;
    try {
      dispatch({ origin, path: "/", method: "GET" }, old);
    } catch (error) {
      thrown = error;
    }
    assert.deepEqual([thrown?.code, /onRequestStart/.test(thrown?.message)], ["ERR_SLUICE_OPTION", true]);
  },

  async "inside a task a request takes no second permit"() {
    const { sluice, post, of } = open();
    await sluice.schedule(async () => (await post()).body.text(), { key: "task" });
    assert.deepEqual(
      of("sent").map(({ key }) => key),
      ["task"],
    );
  },

  async "two gates, one within the other: the outer governs, and a warning says so once"() {
    for (const same of [true, false]) {
      const { sluice, dispatcher, of } = open();
      const outer = same ? sluice : createSluice(FAST);
      const stacked = dispatcher.compose(sluiceInterceptor(outer));
      const told = [];
      outer.event$.subscribe((event) => told.push(event));
      for (let index = 0; index < 2; index++) {
        const response = await stacked.request({ origin, path: "/", method: "POST", body });
        await response.body.text();
      }
      const warnings = (events) => events.filter(({ type }) => type === "warning").map(({ code }) => code);
      assert.deepEqual([warnings(told), warnings(of("warning"))], [["stacked"], ["stacked"]]);
      assert.deepEqual([told.filter(({ type }) => type === "sent").length, of("sent").length], [2, same ? 2 : 0]);
    }
  },

  async "sluice.fetch over a gate: the fetch governs, and a warning says so once"() {
    const { sluice, dispatcher, of } = open();
    setGlobalDispatcher(dispatcher);
    for (let index = 0; index < 2; index++) await (await sluice.fetch(`${origin}/`, { method: "POST", body })).text();
    setGlobalDispatcher(new Agent());
    assert.deepEqual([of("sent").length, of("warning").map(({ code }) => code), seen.length], [2, ["stacked"], 2]);
  },
};
