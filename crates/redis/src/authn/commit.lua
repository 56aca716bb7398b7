-- Changes a page if it is still as it was read. All keys of a row (its pointer, its place in the index) change with it.
--
-- KEYS: the page (hash), the index (sorted set: when a row is over)
-- ARGV: the turn that was read, the version to keep, the prefix of pointers, the owner, how long to keep the page (ms),
--       then for each change one of
--         'add', name, row, over at, how long to keep its pointer (ms)
--         'keep', name, row, over at
--         'over', name, over at
--         'drop', name
local page, index = KEYS[1], KEYS[2]
local turn, version, pointers, owner, life = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

if (redis.call('HGET', page, 'turn') or '0') ~= turn then return 'moved' end
local at = 6
while ARGV[at] do
    if ARGV[at] == 'add' and redis.call('EXISTS', pointers .. ARGV[at + 1]) == 1 then return 'taken' end
    at = at + ({ add = 5, keep = 4, over = 3, drop = 2 })[ARGV[at]]
end

local function outlive(key, span)
    if redis.call('PTTL', key) < tonumber(span) then redis.call('PEXPIRE', key, span) end
end

at = 6
while ARGV[at] do
    local change, name = ARGV[at], ARGV[at + 1]
    if change == 'add' then
        redis.call('SET', pointers .. name, owner, 'PX', ARGV[at + 4])
        redis.call('HSET', page, name, ARGV[at + 2])
        redis.call('ZADD', index, ARGV[at + 3], name)
        -- Rows whose pointers have expired, if nobody purges.
        for _, stale in ipairs(redis.call('ZRANGE', index, 0, 7)) do
            if redis.call('EXISTS', pointers .. stale) == 0 then redis.call('ZREM', index, stale) end
        end
        outlive(index, ARGV[at + 4])
        at = at + 5
    elseif change == 'keep' then
        redis.call('HSET', page, name, ARGV[at + 2])
        redis.call('ZADD', index, 'XX', ARGV[at + 3], name)
        at = at + 4
    elseif change == 'over' then
        redis.call('HDEL', page, name)
        redis.call('ZADD', index, 'XX', ARGV[at + 2], name)
        at = at + 3
    else
        redis.call('HDEL', page, name)
        redis.call('DEL', pointers .. name)
        redis.call('ZREM', index, name)
        at = at + 2
    end
end
redis.call('HSET', page, 'version', version)
redis.call('HINCRBY', page, 'turn', 1)
outlive(page, life)
return 'done'
