-- Move an entry to the dead stream with the reason.
-- KEYS: source stream, dead stream, article, receipt, trace
-- ARGV: group, entry id, version, dead letter (JSON), original bytes, now (ms), code, hint,
--       receipt expiry (s), trace event (JSON) or ''
-- Answers 'dead', or 'lost' when another replica has finished the entry.
-- See enrich_commit.lua for why checks come first and XACK is the first write.
--@include trace
local function typed(key, want)
  local found = redis.call('TYPE', key).ok
  return found == want or found == 'none'
end
if not (typed(KEYS[1], 'stream') and typed(KEYS[2], 'stream') and typed(KEYS[3], 'hash')) then
  return redis.error_reply('WRONGTYPE a key of the dead letter holds a foreign type')
end
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 'lost'
end
-- A dead article keeps no content hash, so that the same text can be posted again; a replay gives
-- it back.
local article = redis.call('HMGET', KEYS[3], 'version', 'state', 'content_hash')
local newest = article[1] == ARGV[3] and article[2] == 'live'
redis.call('XADD', KEYS[2], '*', '__data__', ARGV[4], 'original', ARGV[5], 'content_hash',
  newest and article[3] or '')
redis.call('XDEL', KEYS[1], ARGV[2])
if newest then
  redis.call('HSET', KEYS[3], 'state', 'dead')
  redis.call('HDEL', KEYS[3], 'content_hash')
end
if redis.pcall('EXISTS', KEYS[4]) == 1 then
  redis.pcall('HSET', KEYS[4], 'outcome', 'dead', 'code', ARGV[7], 'hint', ARGV[8],
    'ended_ms', ARGV[6])
  redis.pcall('EXPIRE', KEYS[4], ARGV[9])
end
if ARGV[10] ~= '' then
  trace(KEYS[5], cjson.decode(ARGV[10]))
end
return 'dead'
