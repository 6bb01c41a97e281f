-- Leads a room to its next version, if no other entry than talk came since the one it was decided at.
-- KEYS: room log commands chat due lobby [history unrecorded owed]
-- ARGV: until, code, at, command, entry, snapshot, schema, due, summary, feed, lobby feed, publish,
--       version, race, record, mark, messages...
if too_late() then
  return {'late', now}
end
local found = redis.call('HMGET', KEYS[1], 'i', 'v', 'r', 'f', 'm')
local place = found[1]
if not place then
  return {'missing'}
end
if ARGV[4] ~= '' then
  local applied = redis.call('ZSCORE', KEYS[3], ARGV[4])
  if applied then
    return {'applied', tonumber(applied), place}
  end
end
local version, decided = tonumber(found[2]), tonumber(ARGV[13])
if decided <= tonumber(found[3]) or decided > version + 1 or (ARGV[16] ~= '' and ARGV[16] ~= found[5]) then
  return {'conflict'}
end
version = version + 1
local keys = {room = KEYS[1], log = KEYS[2], commands = KEYS[3], chat = KEYS[4]}
redis.call('HSET', KEYS[1], 'v', version, 'r', version, 's', ARGV[6], 'n', ARGV[7], 'm', mark(ARGV[3], ARGV[4]))
keep(keys, tonumber(found[4]), version, ARGV[3], ARGV[4], ARGV[5], 17)
file(KEYS[5], ARGV[2], ARGV[8])
-- A race that finishes twice is one race: whoever is in the history has been owed before.
if ARGV[14] ~= '' and redis.call('ZADD', KEYS[7], 'NX', ARGV[3], ARGV[14]) == 1 then
  redis.call('ZADD', KEYS[8], 'NX', ARGV[3], ARGV[14])
  redis.call('HSET', KEYS[9], ARGV[14], ARGV[15])
  redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', ARGV[3] - RACES_KEPT_MS)
  redis.call('PEXPIRE', KEYS[7], RACES_KEPT_MS)
end
redis.call(ARGV[12], ARGV[10], place .. string.format(' %d ', version) .. ARGV[5])
list(KEYS[6], ARGV[11], ARGV[12], ARGV[2], place, version, ARGV[9])
return {'kept', version, place}
