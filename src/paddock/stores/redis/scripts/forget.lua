-- Removes a room at the version one knows; its races stay.
-- KEYS: room log commands chat due lobby codes
-- ARGV: until, code, version, lobby feed, publish
if too_late() then
  return {'late', now}
end
local found = redis.call('HMGET', KEYS[1], 'i', 'v')
if not found[1] then
  return {'missing'}
end
if tonumber(found[2]) ~= tonumber(ARGV[3]) then
  return {'conflict'}
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
redis.call('ZREM', KEYS[5], ARGV[2])
redis.call('SREM', KEYS[7], ARGV[2])
-- One more than its last version, so that the notice is newer than the line it takes off.
list(KEYS[6], ARGV[4], ARGV[5], ARGV[2], found[1], tonumber(found[2]) + 1, '')
return {'kept', tonumber(found[2]) + 1, found[1]}
