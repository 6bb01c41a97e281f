-- Keeps what all nodes agree on about the clock of this server: its steps so far, and the last hole in the beats of all
-- nodes, which is longer than nodes pause. Whoever calls this beats. It is for the nodes to say what a hole was: a step,
-- or that nobody was there.
-- KEYS: clock
-- ARGV: until (not looked at: a proposal counts once, and only on top of what it was made for), count and ms of the
--       steps that the caller knows, when it beat last (0: never), count and ms of the steps that it proposes (or empty)
local kept = redis.call('HMGET', KEYS[1], 'count', 'ms', 'at', 'from', 'to')
for index = 1, 5 do
  kept[index] = tonumber(kept[index] or 0)
end
local count, ms, at, from, to = unpack(kept)
local known = tonumber(ARGV[2])
-- A server that was emptied, or lost what it acknowledged last, is told again.
if known > count then
  count, ms = known, tonumber(ARGV[3])
end
if known == count then
  at = math.max(at, tonumber(ARGV[4]))
end
if at > 0 and math.abs(now - at) > STEP_MS then
  from, to = at, now
end
if ARGV[5] ~= '' and tonumber(ARGV[5]) == count + 1 then
  count, ms = count + 1, tonumber(ARGV[6])
end
redis.call('HSET', KEYS[1], 'count', count, 'ms', ms, 'at', now, 'from', from, 'to', to)
return {now, count, ms, from, to}
