import { setTimeout as sleep } from "node:timers/promises";
import { faultyLine } from "../faulty-line.js";
import { type Redis, startRedis } from "../redis-server.js";

/** A replica that is to take a master's place. */
export interface Failover {
  /** Of the replica. */
  readonly port: number;
  /** Whatever the master is told in this time, and later, the replica will never hear of. */
  loseWrites(ms: number): Promise<void>;
  masterVersion(): Promise<number>;
  replicaVersion(): Promise<number>;
  promote(): Promise<void>;
  /** The versions that the replica has one after another. */
  watchVersions(ms: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

export async function prepareFailover(master: Redis): Promise<Failover> {
  const link = await faultyLine(master.port);
  const replica = await startRedis();
  await master.tell("CONFIG", "SET", "repl-diskless-sync-delay", "0");
  await replica.tell("REPLICAOF", "127.0.0.1", String(link.port));
  while (!String(await replica.tell("INFO", "replication")).includes("master_link_status:up")) await sleep(50);
  return {
    port: replica.port,
    async loseWrites(ms) {
      link.freeze();
      await sleep(ms);
    },
    masterVersion: () => versionIn(master),
    replicaVersion: () => versionIn(replica),
    promote: async () => void (await replica.tell("REPLICAOF", "NO", "ONE")),
    async watchVersions(ms) {
      const versions: number[] = [];
      for (const untilMs = performance.now() + ms; performance.now() < untilMs; await sleep(20)) {
        const version = await versionIn(replica);
        if (version !== versions.at(-1)) versions.push(version);
      }
      return versions;
    },
    async close() {
      link.close();
      await replica.close();
    },
  };
}

/** How many steps have been taken in all with what a Redis holds of a fleet. */
async function versionIn(redis: Redis): Promise<number> {
  const [name = ""] = (await redis.tell("KEYS", "sluice:*")) as string[];
  return Number(/^\d+/.exec(String(await redis.tell("GET", name)))?.[0] ?? 0);
}
