-- Append to an article's trace. For the end of a script, after all that must be: it cannot fail,
-- whatever lies at the key, and nothing waits for it.
-- The newest 200 events, for 30 days. A list, as a stream takes 4 kB from its first entry on.
local function trace(key, event)
  local time = redis.call('TIME')
  event.at_ms = time[1] * 1000 + math.floor(time[2] / 1000)
  local length = redis.pcall('RPUSH', key, cjson.encode(event))
  if tonumber(length) and length > 200 then
    redis.pcall('LTRIM', key, -200, -1)
  end
  redis.pcall('EXPIRE', key, 2592000)
end
