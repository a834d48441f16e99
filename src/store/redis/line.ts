/** How commands get to Redis, each of which is about one key. */
export interface Line {
  open(): void;
  /** Rejects where Redis refuses the command, or isn't there. */
  send(key: string, args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * A client that is there already: node-redis (`sendCommand`), of one server or of a cluster, which has `masters` and wants to know the
 * key; or ioredis (`call`), which users of BullMQ have and which finds the key of a command by itself.
 */
export type RedisClient =
  | {
      /** Sends a command: its name, and what goes with it. */
      sendCommand(args: string[]): Promise<unknown>;
    }
  | {
      /** Of a cluster. */
      readonly masters: readonly unknown[];
      /** Sends a command to whoever has its first key. */
      sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
    }
  | {
      /** The same, as ioredis has it. */
      call(command: string, ...args: string[]): Promise<unknown>;
    };

/** By a client that is its owner's, to open and to close. */
export function givenLine(client: RedisClient): Line {
  return {
    open() {},
    send: (key, args) => {
      if ("masters" in client) return client.sendCommand(key, false, args);
      if (!("call" in client)) return client.sendCommand(args);
      const [command = "", ...rest] = args;
      return client.call(command, ...rest);
    },
    close: () => Promise.resolve(),
  };
}
