-- Gives a room as a whole: where it is, its snapshot, the newest entries of its log, its chat, and the newest of the
-- commands that came before those entries, each followed by its version; false when there is none.
-- KEYS: room log chat commands
-- ARGV: until (not looked at: nothing is changed), entries at most, commands at most
local found = redis.call('HMGET', KEYS[1], 'i', 'v', 'r', 'f', 's', 'n')
if not found[1] then
  return false
end
local version, first = tonumber(found[2]), tonumber(found[4])
local from = math.max(first, version - tonumber(ARGV[2]) + 1)
local entries = {}
for index, row in ipairs(redis.call('XRANGE', KEYS[2], string.format('%d-0', from), '+')) do
  entries[index] = row[2][4]
end
local commands = redis.call('ZREVRANGEBYSCORE', KEYS[4], from - 1, '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local chat = redis.call('LRANGE', KEYS[3], 0, -1)
return {found[1], version, tonumber(found[3]), found[5], found[6], entries, chat, commands}
