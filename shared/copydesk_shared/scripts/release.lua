-- Do what has become due: publish articles whose embargo has ended, withdraw those that expire.
-- KEYS: due, raw stream, enriched stream, changed
-- ARGV: prefix of article keys, of receipt keys, of traces, the most to do, receipt expiry (s),
--       withdrawal event (JSON after the submission id)
-- Answers {action, article id, version, late (ms)} of each: 'published', 'withdrawn', or 'stale'
--       when a newer version has made it void.
--
-- Safe with any number of callers and to repeat: what is done leaves the set in the same script.
-- The first write is no deny-oom command, so that a full server still publishes and withdraws.
--@include tombstone
--@include trace
local function typed(key, want)
  local found = redis.call('TYPE', key).ok
  return found == want or found == 'none'
end
if not (typed(KEYS[2], 'stream') and typed(KEYS[3], 'stream') and typed(KEYS[4], 'zset')) then
  return redis.error_reply('WRONGTYPE a key of the release holds a foreign type')
end
local time = redis.call('TIME')
local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))

local function publish(key, version, newest, state, held_event)
  if newest ~= version or state ~= 'live' or not held_event then
    return 'stale'
  end
  redis.call('HDEL', key, 'held_event')
  redis.call('XADD', KEYS[2], '*', '__data__', held_event)
  return 'published'
end

-- The event carries the submission that set the expiry: its receipt tells of the end.
local function expire(key, id, version, submission_id, newest, state, enriched_version)
  local event = '"submission_id":"' .. submission_id .. '",' .. ARGV[6]
  if state == 'withdrawn' then
    return 'stale'
  end
  if newest == version then
    tombstone({article = key, enriched = KEYS[3], changed = KEYS[4], versions = key .. ':versions',
      due = KEYS[1], receipt = ARGV[2] .. submission_id},
      id, version, submission_id, event, now, ARGV[5])
    return 'withdrawn'
  end
  if enriched_version ~= version then
    return 'stale'
  end
  -- A newer version is on its way, held or dead, and this one is still up: only its text goes.
  -- Search is to confirm the same version once more, so that this end makes an event, too.
  redis.call('HDEL', key, 'enriched', 'enriched_version', 'enriched_ms')
  redis.call('DEL', key .. ':versions')
  redis.call('HSET', key, 'indexed_version', version - 1)
  redis.call('XADD', KEYS[3], '*', '__data__', '{"article_id":"' .. id .. '","version":'
    .. version .. ',' .. event)
  redis.call('ZADD', KEYS[4], now, id)
  return 'withdrawn'
end

local done = {}
local members = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[4])
for i = 1, #members, 2 do
  local op, id, version, submission_id = members[i]:match('^(%a+)|([^|]+)|(%d+)|([^|]+)$')
  redis.call('ZREM', KEYS[1], members[i])
  local action = 'stale'
  if op and typed(ARGV[1] .. id, 'hash') then
    local key = ARGV[1] .. id
    local article = redis.call('HMGET', key, 'version', 'state', 'enriched_version', 'held_event')
    if article[1] and op == 'publish' then
      action = publish(key, version, article[1], article[2], article[4])
    elseif article[1] then
      action = expire(key, id, version, submission_id, article[1], article[2], article[3])
    end
    if action ~= 'stale' then
      trace(ARGV[3] .. id, {event = action == 'published' and 'released' or 'expired',
        version = tonumber(version), submission_id = submission_id, stage = 'index'})
    end
  end
  done[#done + 1] = {action, id or members[i], version or '0', now - members[i + 1]}
end
return done
