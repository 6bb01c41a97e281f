-- Gives a room as a whole: where it is, its snapshot, the newest entries of its log, its chat; false when there is none.
-- KEYS: room log chat
-- ARGV: until (not looked at: nothing is changed), entries at most
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
return {found[1], version, tonumber(found[3]), found[5], found[6], entries, redis.call('LRANGE', KEYS[3], 0, -1)}
