-- Puts a room that went on elsewhere back: on top of what is here, or in place of it. Nothing is changed unless what is
-- here is what the caller has seen. Commands of the same room (the same place) stay known either way: whoever was not
-- answered asks again, whichever copy the command was applied to.
-- KEYS: room log commands chat due lobby codes
-- ARGV: until, code, seen place (empty for no room), seen version, anew, place, version, ruled, snapshot, schema, due,
--       summary, feed, lobby feed, publish, how many entries, how many commands,
--       {version, at, command, entry}..., {command, version}..., messages...
if too_late() then
  return {'late', now}
end
local found = redis.call('HMGET', KEYS[1], 'i', 'v', 'f')
if (found[1] or '') ~= ARGV[3] or (found[1] and tonumber(found[2]) ~= tonumber(ARGV[4])) then
  return {'conflict'}
end
local place, version = ARGV[6], tonumber(ARGV[7])
local entries = 18
local commands = entries + 4 * tonumber(ARGV[16])
local messages = commands + 2 * tonumber(ARGV[17])
local first = tonumber(found[3])
if ARGV[5] ~= '' then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[4])
  first = commands > entries and tonumber(ARGV[entries]) or version + 1
end
if found[1] ~= place then
  redis.call('DEL', KEYS[3])
end
redis.call('HSET', KEYS[1], 'i', place, 'v', version, 'r', ARGV[8], 'f', first, 's', ARGV[9], 'n', ARGV[10])
redis.call('HDEL', KEYS[1], 'm') -- whoever knew the room before this reads it anew
redis.call('SADD', KEYS[7], ARGV[2])
local at
for index = entries, commands - 1, 4 do
  at = ARGV[index + 1]
  redis.call('XADD', KEYS[2], string.format('%d-0', tonumber(ARGV[index])), 't', at, 'e', ARGV[index + 3])
  if ARGV[index + 2] ~= '' then
    redis.call('ZADD', KEYS[3], ARGV[index], ARGV[index + 2])
  end
end
for index = commands, messages - 1, 2 do
  redis.call('ZADD', KEYS[3], 'NX', ARGV[index + 1], ARGV[index])
end
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -COMMANDS_MOST - 1)
for index = messages, #ARGV do
  redis.call('RPUSH', KEYS[4], ARGV[index])
end
redis.call('LTRIM', KEYS[4], -CHAT_KEPT, -1)
if at then
  trim(KEYS[1], KEYS[2], KEYS[3], first, version, tonumber(at))
end
file(KEYS[5], ARGV[2], ARGV[11])
for index = entries, commands - 1, 4 do
  redis.call(ARGV[15], ARGV[13], place .. string.format(' %d ', tonumber(ARGV[index])) .. ARGV[index + 3])
end
list(KEYS[6], ARGV[14], ARGV[15], ARGV[2], place, version, ARGV[12])
return {'kept', version, place}
