-- Forgets rows that were over before a moment, a few at a time.
--
-- KEYS: the index
-- ARGV: the moment, the prefix of pointers, the prefix of pages, how many at most
local index, pointers, pages = KEYS[1], ARGV[2], ARGV[3]
local over = redis.call('ZRANGEBYSCORE', index, '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[4])
local purged = 0
for _, name in ipairs(over) do
    local owner = redis.call('GET', pointers .. name)
    if owner then
        purged = purged + redis.call('DEL', pointers .. name)
        local page = pages .. owner
        if redis.call('HDEL', page, name) == 1 then redis.call('HINCRBY', page, 'turn', 1) end
    end
    redis.call('ZREM', index, name)
end
return { #over, purged }
