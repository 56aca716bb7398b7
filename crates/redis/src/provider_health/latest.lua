-- The latest about a provider: its version, and for how many milliseconds it is down or -1. Nothing, if nothing is known.
--
-- KEYS: record (hash)
local record = redis.call('HMGET', KEYS[1], 'version', 'down_until')
if not record[1] then return {} end
local version, until_then = tonumber(record[1]), tonumber(record[2] or '')
if not (version and until_then) then return corrupt('health') end
if until_then < 0 then return { version, -1 } end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return { version, math.max(until_then - now, 0) }
