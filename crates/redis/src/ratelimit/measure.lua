-- GCRA over several keys, all or nothing; the rule is that of stockade_ratelimit's `Bill` and `Stamp`, which a test compares
-- call by call. Times are whole microseconds of the store's own time; numbers are exact up to 2^53.
--
-- KEYS: debts (sorted set: when a key owes nothing any more), time (hash)
-- ARGV: the caller's reading of the store's time or '', its wall clock, the end of time, the capacity, how many keys to sweep,
--       then for each key: its name, how many charges, and for each of them: price, interval, tolerance
local debts, time = KEYS[1], KEYS[2]
local reading, wall, end_of_time = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local capacity, sweep = tonumber(ARGV[4]), tonumber(ARGV[5])

local function whole(number) return string.format('%.0f', number) end

local stamp = redis.call('HMGET', time, 'elapsed', 'wall', 'horizon')
local elapsed, seen, horizon = 0, wall, 0
if stamp[1] then
    elapsed, seen, horizon = tonumber(stamp[1]), tonumber(stamp[2] or ''), tonumber(stamp[3] or '')
    if not (elapsed and seen and horizon) then return corrupt('time') end
end
local now = reading or (elapsed + math.min(math.max(wall - seen, 0), math.max(horizon - elapsed, 0)))
now = math.max(math.min(now, end_of_time), elapsed)
seen = math.max(seen + now - elapsed, wall)

local remaining, reset_after, wait, waiting, unpayable = 4294967295, 0, -1, 0, -1
local names, owing, fresh, charge, at = {}, {}, 0, 0, 6
while ARGV[at] do
    local name, charges = ARGV[at], tonumber(ARGV[at + 1])
    at = at + 2
    local paid_up_at = redis.call('ZSCORE', debts, name)
    local backlog, sum = 0, 0
    if paid_up_at then backlog = math.max(tonumber(paid_up_at) - now, 0) else fresh = fresh + 1 end
    for _ = 1, charges do
        local price, interval, tolerance = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
        at = at + 3
        sum = sum + price
        local debt = backlog + sum
        if sum > tolerance then
            if unpayable < 0 then unpayable = charge end
        elseif debt > tolerance then
            if debt - tolerance > wait then wait, waiting = debt - tolerance, charge end
        else
            remaining = math.min(remaining, math.floor((tolerance - debt) / interval))
            reset_after = math.max(reset_after, debt)
        end
        charge = charge + 1
    end
    names[#names + 1], owing[#owing + 1] = name, backlog + sum
end
if unpayable >= 0 then return { 'unpayable', unpayable, 0, now } end
if wait >= 0 then return { 'denied', waiting, wait, now } end

local whole_again = redis.call('ZRANGEBYSCORE', debts, '-inf', whole(now), 'LIMIT', 0, sweep + 2 * #names)
if #whole_again > 0 then redis.call('ZREM', debts, unpack(whole_again)) end
local excess = redis.call('ZCARD', debts) + fresh - capacity
if excess > 0 then redis.call('ZPOPMIN', debts, math.min(excess, 1000)) end
for i, name in ipairs(names) do
    redis.call('ZADD', debts, whole(now + owing[i]), name)
    horizon = math.max(horizon, now + owing[i])
end
redis.call('HSET', time, 'elapsed', whole(now), 'wall', whole(seen), 'horizon', whole(horizon))
-- Both go when nobody owes anything, an hour later: the server's clock may be set forward by so much.
local life = whole(math.ceil(math.max(horizon - now, 0) / 1000) + 3600000)
redis.call('PEXPIRE', debts, life)
redis.call('PEXPIRE', time, life)
return { 'allowed', remaining, reset_after, now }
