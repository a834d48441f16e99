import assert from "node:assert/strict";
import { createSluice } from "sluice";
import { observe, sluiceInterceptor } from "sluice/undici";
import { runChecks, versionOf } from "../kit/report.mjs";

// bun undici/bun.mjs PACKAGE: Bun puts an undici of its own in the place of any that is installed, and that one ignores
// interceptors: whoever relied on them would send ungoverned.
const [name = "undici"] = process.argv.slice(2);

await runChecks(
  { door: "undici", version: versionOf(name) },
  {
    async "sluice/undici is refused with an error that says what to use instead"() {
      const sluice = createSluice();
      for (const door of [sluiceInterceptor, observe]) {
        assert.throws(() => door(sluice), { code: "ERR_SLUICE_OPTION", message: /use sluice\.fetch instead/ });
      }
      await sluice.close();
      return "refused: sluice.fetch";
    },
  },
);
