-- Makes a room at version 1, unless there is one of its code. Its place, the microsecond of its making, tells it from
-- an earlier or later room of the same code.
-- KEYS: room log commands chat due lobby codes
-- ARGV: until, code, at, command, entry, snapshot, schema, due, summary, feed, lobby feed, publish, messages...
if too_late() then
  return {'late', now}
end
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {'taken'}
end
local keys = {room = KEYS[1], log = KEYS[2], commands = KEYS[3], chat = KEYS[4]}
local place = string.format('%s%06d', time[1], time[2])
redis.call('HSET', KEYS[1], 'i', place, 'v', 1, 'r', 1, 'f', 1, 's', ARGV[6], 'n', ARGV[7], 'm', mark(ARGV[3], ARGV[4]))
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('SADD', KEYS[7], ARGV[2])
keep(keys, 1, 1, ARGV[3], ARGV[4], ARGV[5], 13)
file(KEYS[5], ARGV[2], ARGV[8])
redis.call(ARGV[12], ARGV[10], place .. ' 1 ' .. ARGV[5])
list(KEYS[6], ARGV[11], ARGV[12], ARGV[2], place, 1, ARGV[9])
return {'kept', 1, place}
