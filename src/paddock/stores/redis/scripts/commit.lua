-- Leads a room to its next version, if no other entry than talk came since the one it was decided at.
-- KEYS: room log commands chat due lobby [history unrecorded owed]
-- ARGV: until, code, at, command, entry, snapshot, schema, due, summary, feed, lobby feed, publish,
--       version, race, record, mark, node, turn in ms, messages...
-- A node that was too late may ask for the next turn: until it has had it, or the time is over, others are put off.
if too_late() then
  return {'late', now}
end
local found = redis.call('HMGET', KEYS[1], 'i', 'v', 'r', 'f', 'm', 'w')
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
local ends, whose = string.match(found[6] or '', '^(%d+) (.*)$')
local left = ends and tonumber(ends) - now or 0
if left > TURN_MOST_MS then
  left = 0 -- the clock was set back meanwhile
end
local put_off = left > 0 and whose ~= ARGV[17]
if put_off or decided <= tonumber(found[3]) or decided > version + 1 or (ARGV[16] ~= '' and ARGV[16] ~= found[5]) then
  if not put_off and ARGV[18] ~= '0' then
    redis.call('HSET', KEYS[1], 'w', string.format('%d ', now + ARGV[18]) .. ARGV[17])
  end
  local seen = redis.call('HMGET', KEYS[1], 's', 'n')
  return {'conflict', found[2], seen[1], seen[2], found[5], put_off and left or 0}
end
if ends then
  redis.call('HDEL', KEYS[1], 'w')
end
version = version + 1
local keys = {room = KEYS[1], log = KEYS[2], commands = KEYS[3], chat = KEYS[4]}
redis.call('HSET', KEYS[1], 'v', version, 'r', version, 's', ARGV[6], 'n', ARGV[7], 'm', mark(ARGV[3], ARGV[4]))
keep(keys, tonumber(found[4]), version, ARGV[3], ARGV[4], ARGV[5], 19)
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
