-- Sets a key for some seconds; an empty body removes it.
-- KEYS: key
-- ARGV: until, body, seconds
if too_late() then
  return {'late', now}
end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
return {'kept'}
