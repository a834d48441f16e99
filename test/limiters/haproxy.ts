import { type Daemon, startDaemon } from "./daemon.js";
import { type Limiter, perSecond } from "./limiter.js";

/** The stick table counts whatever comes, refused or not, over a window that slides. */
function daemonOf(limit: number, period: string): Daemon {
  const configuration = (port: number) => `
global
  maxconn 256
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend web
  bind 127.0.0.1:${port}
  http-request return status 204 if { path /up }
  stick-table type ip size 1k expire 1m store http_req_rate(${period})
  http-request track-sc0 src
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt ${limit} }
  http-request return status 200 content-type text/plain string here
`;
  return {
    command: "haproxy",
    args: (folder) => ["-db", "-f", `${folder}/haproxy.cfg`],
    files: (port) => ({ "haproxy.cfg": configuration(port) }),
  };
}

function haproxy(limit: number, seconds: number): Limiter {
  return {
    name: `HAProxy, http_req_rate(${seconds}s) gt ${limit}`,
    allows: perSecond(limit / seconds),
    tells: false,
    start: () => startDaemon(daemonOf(limit, `${seconds}s`)),
  };
}

export const haproxyLimiters: readonly Limiter[] = [haproxy(15, 1), haproxy(150, 10)];
