-- Lets one node look after a due room for a while; whoever has it may go on.
-- KEYS: claim
-- ARGV: until, node, milliseconds
if too_late() then
  return 0
end
local holder = redis.call('GET', KEYS[1])
-- A claim that seems to last for longer than any does is one whose end has moved away, because the clock was set back.
if holder and holder ~= ARGV[2] and redis.call('PTTL', KEYS[1]) <= tonumber(ARGV[3]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
