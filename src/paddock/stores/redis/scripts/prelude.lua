-- Stands before every step. A step reads everything before it writes anything, so that a refusal changes nothing.
-- ARGV[1] is always the moment (Redis time, ms) after which the caller has given up: a step that was stuck in a frozen
-- server or a full socket must not be done later, when its caller has long reported a failure.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function too_late()
  return now > tonumber(ARGV[1])
end

-- Tells an entry from every other under its version, as `change.mark` does: a room that was set back gets other ones.
local function mark(at, command)
  return at .. ' ' .. command
end

-- Lets go of old entries and of the commands they came from, as the local store does (`room_log`). One entry is looked
-- at, and only when there are many; the moment of the newest one stands for now.
local function trim(room, log, commands, first, version, at)
  local begin = first
  while version - begin + 1 >= LOG_KEPT + TRIM_STEP do
    local edge = string.format('%d-0', begin + TRIM_STEP - 1)
    if version - begin + 1 <= LOG_MOST then
      local oldest = redis.call('XRANGE', log, edge, edge)[1]
      if oldest and tonumber(oldest[2][2]) >= at - LOG_KEPT_MS then
        break
      end
    end
    begin = begin + TRIM_STEP
  end
  if begin > first then
    redis.call('XTRIM', log, 'MINID', string.format('%d-0', begin))
    redis.call('ZREMRANGEBYSCORE', commands, '-inf', begin - 1)
    redis.call('HSET', room, 'f', begin)
  end
end

-- Keeps an entry as the next one and tells everybody; `messages` is where in ARGV they begin, up to its end.
local function keep(keys, first, version, at, command, entry, messages)
  redis.call('XADD', keys.log, string.format('%d-0', version), 't', at, 'e', entry)
  if command ~= '' then
    redis.call('ZADD', keys.commands, version, command)
  end
  if messages <= #ARGV then
    for index = messages, #ARGV do
      redis.call('RPUSH', keys.chat, string.format('%d ', version) .. ARGV[index])
    end
    redis.call('LTRIM', keys.chat, -CHAT_KEPT, -1)
  end
  trim(keys.room, keys.log, keys.commands, first, version, tonumber(at))
end

-- Says when a room is due; an empty string is never.
local function file(due, code, at)
  if at == '' then
    redis.call('ZREM', due, code)
  else
    redis.call('ZADD', due, at, code)
  end
end

-- Changes a line of the room list, and tells so when that changes anything; an empty summary takes the room off it.
local function list(lobby, channel, publish, code, place, version, summary)
  local before = redis.call('HGET', lobby, code)
  if summary == '' then
    if not before then
      return
    end
    redis.call('HDEL', lobby, code)
  else
    if before and string.match(before, '^%d+ %d+ (.*)$') == summary then
      return
    end
    redis.call('HSET', lobby, code, place .. string.format(' %d ', version) .. summary)
  end
  redis.call(publish, channel, code .. ' ' .. place .. string.format(' %d ', version) .. summary)
end
