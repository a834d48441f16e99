import { createHash } from "node:crypto";
import { AHEAD_MAX_MS, BEHIND_MAX_MS, VALUE_BYTES_MAX } from "../store.js";

/**
 * Compare-and-set by the store's own time; nothing of the algorithm is in it. A value that is too large to be ours, or none of text,
 * is as good as unreadable, and a writer who is late or ahead must look again.
 */
export const SCRIPT = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local value = redis.pcall('GET', KEYS[1])
local tag = '0'
if type(value) == 'table' then
  if not string.match(value.err, '^WRONGTYPE') then return value end
  value = ''
end
if value then
  if #value > ${VALUE_BYTES_MAX} then value = '' end
  tag = string.match(value, '^([%w_.-]+)|') or '!'
end
local lag = now - tonumber(ARGV[4])
if tag ~= ARGV[1] or lag > ${BEHIND_MAX_MS} or lag < -${AHEAD_MAX_MS} then
  if tag == '!' then value = '' end
  return {0, now, value}
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return {1, now}`;

/** By which Redis knows it. */
export const SHA = createHash("sha1").update(SCRIPT).digest("hex");
