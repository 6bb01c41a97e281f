-- Notes that a race has finished in a room and is owed to the archive; one that is known already changes nothing.
-- KEYS: history unrecorded owed
-- ARGV: until, race, at, record
if too_late() then
  return {'late', now}
end
if redis.call('ZADD', KEYS[1], 'NX', ARGV[3], ARGV[2]) == 1 then
  redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[2])
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
  redis.call('PEXPIRE', KEYS[1], RACES_KEPT_MS)
end
return {'kept'}
