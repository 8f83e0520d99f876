-- Hand an enriched article on: store it, tell index, finish the raw entry, all or nothing.
-- KEYS: raw stream, enriched stream, article, receipt, changed, versions, trace
-- ARGV: group, entry id, article id, version, enriched (zstd), event (JSON), now (ms),
--       receipt expiry (s), earlier versions to keep, consumer, deliveries, submission id
-- Answers 'forwarded', 'superseded', or 'lost' when another replica has finished the entry.
--
-- Lua does not roll back, so whatever can fail is looked at before the first write. XACK is that
-- first write and the fencing token; it is also no deny-oom command, so that a full server still
-- drains. History and trace are worth no delay: a foreign key there costs only themselves.
--@include trace
local function typed(key, want)
  local found = redis.call('TYPE', key).ok
  return found == want or found == 'none'
end
if not (typed(KEYS[1], 'stream') and typed(KEYS[2], 'stream') and typed(KEYS[3], 'hash')
    and typed(KEYS[5], 'zset')) then
  return redis.error_reply('WRONGTYPE a key of the enrich commit holds a foreign type')
end
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 'lost'
end
local article = redis.call('HMGET', KEYS[3], 'version', 'state', 'enriched_version', 'enriched_ms',
  'enriched')
local current = article[1] == ARGV[4] and article[2] ~= 'withdrawn'
if current then
  redis.call('XADD', KEYS[2], '*', '__data__', ARGV[6])
  redis.call('HSET', KEYS[3], 'enriched', ARGV[5], 'enriched_version', ARGV[4], 'state', 'live',
    'enriched_ms', ARGV[7])
  redis.call('ZADD', KEYS[5], ARGV[7], ARGV[3])
end
redis.call('XDEL', KEYS[1], ARGV[2])
if redis.pcall('EXISTS', KEYS[4]) == 1 then
  if current then
    redis.pcall('HSET', KEYS[4], 'outcome', 'enriched', 'enriched_ms', ARGV[7])
  else
    redis.pcall('HSET', KEYS[4], 'outcome', 'superseded', 'ended_ms', ARGV[7])
    redis.pcall('EXPIRE', KEYS[4], ARGV[8])
  end
end
if current and article[5] and article[3] ~= ARGV[4] then
  redis.pcall('HSET', KEYS[6], article[3], article[5], article[3] .. ':ms', article[4] or '')
  local kept = {}
  local names = redis.pcall('HKEYS', KEYS[6])
  for i = 1, names.err and 0 or #names do
    kept[#kept + 1] = tonumber(names[i])
  end
  table.sort(kept)
  for i = 1, #kept - tonumber(ARGV[9]) do
    redis.pcall('HDEL', KEYS[6], kept[i], kept[i] .. ':ms')
  end
end
local outcome = current and 'forwarded' or 'superseded'
trace(KEYS[7], {event = current and 'enriched' or outcome, version = tonumber(ARGV[4]),
  submission_id = ARGV[12], stage = 'enrich', consumer = ARGV[10], deliveries = tonumber(ARGV[11])})
return outcome
