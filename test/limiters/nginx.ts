import { type Daemon, startDaemon } from "./daemon.js";
import { type Limiter, perSecond } from "./limiter.js";

interface Variant {
  readonly ratePerSecond: number;
  /** What stands behind the zone's name, as in `burst=10 nodelay`. */
  readonly limitReq?: string;
  /** Default: nginx's own, 503. */
  readonly status?: number;
}

/** One process without a master: the same as root and as anybody. */
function daemonOf({ ratePerSecond, limitReq = "", status }: Variant): Daemon {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${one};`);
  const configuration = (port: number) => `
    daemon off;
    master_process off;
    pid nginx.pid;
    events { worker_connections 256; }
    http {
      access_log off;
      ${temporary.join(" ")}
      limit_req_zone $binary_remote_addr zone=each:1m rate=${ratePerSecond}r/s;
      ${status === undefined ? "" : `limit_req_status ${status};`}
      server {
        listen 127.0.0.1:${port};
        root .;
        location = /up { return 204; }
        location / { limit_req zone=each ${limitReq}; }
      }
    }`;
  return {
    command: "nginx",
    args: (folder) => ["-e", "stderr", "-p", folder, "-c", "nginx.conf"],
    files: (port) => ({ "nginx.conf": configuration(port), "index.html": "here" }),
  };
}

function nginx(name: string, variant: Variant, isStrict = false): Limiter {
  return {
    name: `nginx, ${name}`,
    allows: perSecond(variant.ratePerSecond),
    tells: false,
    isStrict,
    start: () => startDaemon(daemonOf(variant)),
  };
}

/** limit_req, a leaky bucket counted in milliseconds that says nothing but no. */
export const nginxLimiters: readonly Limiter[] = [
  nginx("no burst, 503", { ratePerSecond: 15 }, true),
  nginx("no burst, 429", { ratePerSecond: 15, status: 429 }, true),
  nginx("burst=10 nodelay, 503", { ratePerSecond: 15, limitReq: "burst=10 nodelay" }),
  nginx("burst=10, 503", { ratePerSecond: 15, limitReq: "burst=10" }),
  nginx("burst=20 delay=8, 503", { ratePerSecond: 15, limitReq: "burst=20 delay=8" }),
  nginx("burst=20 delay=8, 429", { ratePerSecond: 15, limitReq: "burst=20 delay=8", status: 429 }),
];
