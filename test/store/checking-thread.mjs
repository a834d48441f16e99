import { parentPort } from "node:worker_threads";
import { channelStore } from "sluice/channel";
import { checkStore } from "sluice/store";

parentPort.postMessage(await checkStore(() => channelStore({ name: process.argv[2] })));
