-- One row, found by its name.
--
-- KEYS: the row's pointer
-- ARGV: the prefix of pages, the row's name
local owner = redis.call('GET', KEYS[1])
if not owner then return false end
local page = redis.call('HMGET', ARGV[1] .. owner, 'turn', 'version', ARGV[2])
return { owner, page[1] or '0', page[2] or '0', page[3] }
