-- Gives place and version of a room, and its entries after a version, or false for them when some are gone.
-- KEYS: room log
-- ARGV: until (not looked at: nothing is changed), version
local found = redis.call('HMGET', KEYS[1], 'i', 'v', 'f')
if not found[1] then
  return false
end
local version, after = tonumber(found[2]), tonumber(ARGV[2])
if after < tonumber(found[3]) - 1 or after > version then
  return {found[1], version, false}
end
local entries = {}
for index, row in ipairs(redis.call('XRANGE', KEYS[2], string.format('%d-0', after + 1), '+')) do
  entries[index] = row[2][4]
end
return {found[1], version, entries}
