-- Put an enriched article aside until its embargo ends; of what was made of it nothing is kept.
-- KEYS: raw stream, article, receipt, due, trace
-- ARGV: group, entry id, article id, version, submission id, end of the embargo (ms),
--       event (JSON, as in the raw stream), receipt expiry (s), consumer, deliveries
-- Answers 'held', 'due' (the embargo is over, nothing is written), 'superseded', or 'lost' when
--       another replica has finished the entry.
--
-- Whether the embargo is over is for this server's clock to say, here as in release.lua: of two
-- clocks one would be wrong. See enrich_commit.lua for why checks come first and XACK is the
-- first write.
--@include trace
local function typed(key, want)
  local found = redis.call('TYPE', key).ok
  return found == want or found == 'none'
end
if not (typed(KEYS[1], 'stream') and typed(KEYS[2], 'hash') and typed(KEYS[4], 'zset')) then
  return redis.error_reply('WRONGTYPE a key of the embargo holds a foreign type')
end
local time = redis.call('TIME')
local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
if tonumber(now) >= tonumber(ARGV[6]) then
  return 'due'
end
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 'lost'
end
local article = redis.call('HMGET', KEYS[2], 'version', 'state')
local current = article[1] == ARGV[4] and article[2] ~= 'withdrawn'
if current then
  redis.call('HSET', KEYS[2], 'held_event', ARGV[7], 'state', 'live')
  redis.call('ZADD', KEYS[4], ARGV[6], 'publish|' .. ARGV[3] .. '|' .. ARGV[4] .. '|' .. ARGV[5])
end
redis.call('XDEL', KEYS[1], ARGV[2])
if redis.pcall('EXISTS', KEYS[3]) == 1 then
  if current then
    redis.pcall('HSET', KEYS[3], 'outcome', 'held', 'enriched_ms', now, 'held_until_ms', ARGV[6])
  else
    redis.pcall('HSET', KEYS[3], 'outcome', 'superseded', 'ended_ms', now)
    redis.pcall('EXPIRE', KEYS[3], ARGV[8])
  end
end
local outcome = current and 'held' or 'superseded'
trace(KEYS[5], {event = outcome, version = tonumber(ARGV[4]), submission_id = ARGV[5],
  stage = 'enrich', consumer = ARGV[9], deliveries = tonumber(ARGV[10])})
return outcome
