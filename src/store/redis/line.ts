/** How commands get to Redis. */
export interface Line {
  open(): void;
  /** Rejects where Redis refuses the command, or isn't there. */
  send(args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** A client that is there already: node-redis (`sendCommand`), or ioredis, which users of BullMQ have (`call`). */
export type RedisClient =
  | { sendCommand(args: string[]): Promise<unknown> }
  | { call(command: string, ...args: string[]): Promise<unknown> };

/** By a client that is its owner's, to open and to close. */
export function givenLine(client: RedisClient): Line {
  return {
    open() {},
    send: (args) => {
      if (!("call" in client)) return client.sendCommand(args);
      const [command = "", ...rest] = args;
      return client.call(command, ...rest);
    },
    close: () => Promise.resolve(),
  };
}
