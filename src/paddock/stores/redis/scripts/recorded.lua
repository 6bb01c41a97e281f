-- Notes that the archive has these races.
-- KEYS: unrecorded owed
-- ARGV: until, races...
if too_late() then
  return {'late', now}
end
for index = 2, #ARGV do
  redis.call('ZREM', KEYS[1], ARGV[index])
  redis.call('HDEL', KEYS[2], ARGV[index])
end
return {'kept'}
