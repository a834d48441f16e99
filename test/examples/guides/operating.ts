import { createSluice } from "sluice";

const sluice = createSluice();

export function listen(log: (line: string) => void): () => void {
  // #region listen
  const told = sluice.event$.subscribe((event) => {
    if (event.type === "warning" || event.type === "advice") log(`${event.code}: ${event.message}`);
    if (event.type === "decision" && event.decision.move === "decrease") {
      log(`${event.key}: down to ${event.ratePerSecond.toFixed(1)} a second, ${event.decision.because}`);
    }
  });
  // #endregion
  return () => told.unsubscribe();
}

// #region channel
import { subscribe } from "node:diagnostics_channel";
import type { SluiceEvent } from "sluice";

/** Every sluice of this process, wherever it was made. */
export function listenToAll(tell: (event: SluiceEvent) => void): void {
  subscribe("sluice:event", (event) => tell(event as SluiceEvent));
}
// #endregion

export { sluice };

// #region health
/** Which keys a person should look at: nothing gets through, or much is refused. */
export function troubled(): readonly string[] {
  return sluice
    .budgets()
    .filter(({ phase, accepted, throttled }) => phase === "recover" || throttled > 20 + accepted / 10)
    .map(({ key, decision }) => `${key}: ${decision.because}`);
}
// #endregion
