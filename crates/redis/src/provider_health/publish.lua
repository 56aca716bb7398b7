-- Makes a finding about a provider the latest, if its publisher has seen what is; the rule is that of stockade_provider_health's
-- `Version::succeeded_by`. Versions are exact up to 2^53.
--
-- KEYS: record (hash)
-- ARGV: the version that was seen, for how many milliseconds the provider is down or -1, the channel, the name, how long to keep
local seen, down = tonumber(ARGV[1]), tonumber(ARGV[2])
local channel, name, keep = ARGV[3], ARGV[4], tonumber(ARGV[5])

local function whole(number) return string.format('%.0f', number) end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local record = redis.call('HMGET', KEYS[1], 'version', 'down_until')
local version = 0
if record[1] then
    local until_then = tonumber(record[2] or '')
    version = tonumber(record[1])
    if not (version and until_then) then return corrupt('health') end
    if seen < version then
        local left = -1
        if until_then >= 0 then left = math.max(until_then - now, 0) end
        return { 0, version, left }
    end
end
version = math.max(version, seen) + 1
local until_then = -1
if down >= 0 then until_then = now + down end
redis.call('HSET', KEYS[1], 'version', whole(version), 'down_until', whole(until_then))
redis.call('PEXPIRE', KEYS[1], whole(math.max(down, 0) + keep))
redis.call('PUBLISH', channel, whole(version) .. ' ' .. whole(down) .. ' ' .. name)
return { 1, version, down }
