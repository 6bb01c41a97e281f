-- Takes units of an allowance (1), gives some back (-1), or only asks (0). Kept is the moment, in microseconds, at which the allowance
-- would be full again; from then on the key is gone by itself.
-- KEYS: allowance
-- ARGV: until, now (of the caller, ms), microseconds per unit, burst, units
if too_late() then
  return {'late', now}
end
local at, each = tonumber(ARGV[2]) * 1000, tonumber(ARGV[3])
local full = math.max(at, tonumber(redis.call('GET', KEYS[1]) or at) or at) + tonumber(ARGV[5]) * each
if full - at > tonumber(ARGV[4]) * each then
  return {'refused'}
end
if full <= at then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - at) / 1000))
end
return {'granted'}
