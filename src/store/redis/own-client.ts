/** What is used of node-redis. */
interface NodeRedis {
  readonly isReady: boolean;
  on(event: "connect" | "reconnecting" | "ready" | "error", listener: (error: unknown) => void): unknown;
  connect(): Promise<unknown>;
  sendCommand(args: string[]): Promise<unknown>;
  destroy(): void;
}

/** What a server is to show, and what we show it, where the connection is by TLS. */
export interface RedisTls {
  /** Certificates of the authorities that may vouch for the server, as PEM. @defaultValue those that Node trusts */
  readonly ca?: string | readonly string[];
  /** Our own certificate and its key, as PEM, where the server asks for one. @defaultValue none */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** The name that the server's certificate must bear. @defaultValue the host of the URL */
  readonly servername?: string;
}

export interface OwnClientParts {
  readonly url: string;
  readonly tls: RedisTls;
  onReady(): void;
  /** It isn't ready, and tries again. */
  onTrouble(error: unknown): void;
}

/** A client of our own, which connects again and again until it is given up. */
export interface OwnClient extends Pick<NodeRedis, "isReady" | "sendCommand"> {
  /** Ends it, whatever it is about. */
  giveUp(): void;
}

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2_000;
const CONNECT_MAX_MS = 2_000;

export async function ownClient({ url, tls, onReady, onTrouble }: OwnClientParts): Promise<OwnClient> {
  const { createClient } = await import("redis").catch(() => {
    throw new Error("redisStore({ url }) needs the package redis: npm install redis");
  });
  let isGivenUp = false;
  let isConnecting = true;
  const client = createClient({
    url,
    // A question that has waited is too late.
    disableOfflineQueue: true,
    socket: {
      ...(tls as object),
      connectTimeout: CONNECT_MAX_MS,
      reconnectStrategy: (retries) => !isGivenUp && Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * (retries + 1)),
    },
  }) as unknown as NodeRedis;
  client.on("connect", () => {
    isConnecting = false;
    if (isGivenUp) client.destroy();
  });
  client.on("reconnecting", () => {
    isConnecting = true;
  });
  client.on("error", (error) => {
    isConnecting = false;
    onTrouble(error);
  });
  client.on("ready", onReady);
  client.connect().catch(() => {});
  return {
    get isReady() {
      return client.isReady;
    },
    sendCommand: (args) => client.sendCommand(args),
    giveUp() {
      if (isGivenUp) return;
      isGivenUp = true;
      // A socket that is only being connected escapes node-redis (5.12, 6.3), and would hold the process for ever: it ends when it is.
      if (!isConnecting) client.destroy();
    },
  };
}
