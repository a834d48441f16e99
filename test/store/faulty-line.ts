import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server on loopback that can be cut. */
export interface FaultyLine {
  readonly port: number;
  /** Ends what is connected, and refuses what comes. */
  cut(): void;
  /** What is connected hears nothing any more, for ever, and isn't told so. What connects meanwhile fares alike. */
  freeze(): void;
  /** What connects from now on gets through; to another server, where one is told. */
  heal(target?: number): void;
  close(): void;
}

export async function faultyLine(target: number): Promise<FaultyLine> {
  const sockets = new Set<Socket>();
  let port = target;
  let state: "whole" | "cut" | "frozen" = "whole";
  const server = createServer((near) => {
    sockets.add(near.on("error", () => {}));
    if (state === "cut") near.resetAndDestroy();
    if (state !== "whole") return;
    const far = connect(port, "127.0.0.1").on("error", () => near.destroy());
    sockets.add(far);
    near.pipe(far).pipe(near);
    far.once("close", () => near.destroy());
    near.once("close", () => far.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = "cut";
      destroyAll();
    },
    freeze() {
      state = "frozen";
      for (const socket of sockets) socket.unpipe().pause();
    },
    heal(other = port) {
      port = other;
      state = "whole";
    },
    close() {
      destroyAll();
      server.close();
    },
  };
}
