import { packageRival } from "./package.js";
import { plainRetry } from "./plain-retry.js";
import { promiseClient, type SendTry } from "./promise-client.js";
import { perModel, toldLimit } from "./told.js";

type Call = (send: SendTry) => Promise<unknown>;

interface Package {
  readonly default: (options: { readonly limit: number; readonly interval: number }) => (call: Call) => Call;
}

/** p-throttle, told the limit of the start; each try is throttled, and the usual retry loop stands around it. */
export const P_THROTTLE = packageRival<[Package]>({
  name: "p-throttle",
  told: "limit",
  specifiers: ["p-throttle"],
  join(context, { default: pThrottle }) {
    const throttledOf = perModel((model): Call => {
      const told = toldLimit(context, model);
      if (told === undefined) return (send) => send();
      return pThrottle({ limit: told.calls, interval: told.intervalMs })((send) => send());
    });
    return promiseClient(context, ({ model }, send) =>
      plainRetry(context, () => throttledOf(model)(send) as ReturnType<SendTry>),
    );
  },
});
