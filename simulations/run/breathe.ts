/**
 * Lets the event loop turn once: a signal may be heard and a screen drawn between two runs, each of which holds the thread.
 * By a message to oneself, which comes after all that is ready, and isn't a timer.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
