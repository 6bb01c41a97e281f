-- Appends talk at whatever version the room is; its snapshot, due time and line in the list stay as they are.
-- KEYS: room log commands chat
-- ARGV: until, at, command, entry, feed, publish, messages...
if too_late() then
  return {'late', now}
end
local found = redis.call('HMGET', KEYS[1], 'i', 'v', 'f')
local place = found[1]
if not place then
  return {'missing'}
end
if ARGV[3] ~= '' then
  local applied = redis.call('ZSCORE', KEYS[3], ARGV[3])
  if applied then
    return {'applied', tonumber(applied), place}
  end
end
local version = tonumber(found[2]) + 1
redis.call('HSET', KEYS[1], 'v', version)
keep({room = KEYS[1], log = KEYS[2], commands = KEYS[3], chat = KEYS[4]}, tonumber(found[3]), version,
  ARGV[2], ARGV[3], ARGV[4], 7)
redis.call(ARGV[6], ARGV[5], place .. string.format(' %d ', version) .. ARGV[4])
return {'kept', version, place}
