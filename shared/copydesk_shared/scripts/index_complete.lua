-- Finish an entry whose article the engine has confirmed: event, receipt, acknowledgement.
-- KEYS: enriched stream, events stream, article, receipt, trace
-- ARGV: group, entry id, version of the entry, op of the entry, version that the engine now holds
--       (or whose withdrawal it holds), its op, event (JSON), now (ms), receipt expiry (s),
--       oldest event to keep (ms), consumer, deliveries, submission id
-- Answers the outcome, or 'lost' when another replica has finished the entry.
-- See enrich_commit.lua for why checks come first and XACK is the first write.
--@include trace
local function typed(key, want)
  local found = redis.call('TYPE', key).ok
  return found == want or found == 'none'
end
if not (typed(KEYS[1], 'stream') and typed(KEYS[2], 'stream') and typed(KEYS[3], 'hash')) then
  return redis.error_reply('WRONGTYPE a key of the index completion holds a foreign type')
end
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 'lost'
end
local written = tonumber(ARGV[5])
local article = redis.call('HMGET', KEYS[3], 'version', 'indexed_version')
local confirmed = tonumber(article[2]) or 0
if article[1] and written > confirmed then
  redis.call('HSET', KEYS[3], 'indexed_version', ARGV[5])
  redis.call('XADD', KEYS[2], 'MINID', '~', ARGV[10], '*', '__data__', ARGV[7])
end
redis.call('XDEL', KEYS[1], ARGV[2])
local outcome = 'superseded'
-- What another replica has confirmed meanwhile is newer than what this one wrote: a late write that
-- the sweep mends.
if ARGV[3] == ARGV[5] and ARGV[4] == ARGV[6] and written >= confirmed then
  outcome = ARGV[4] == 'withdraw' and 'withdrawn' or 'indexed'
end
if redis.pcall('EXISTS', KEYS[4]) == 1 then
  redis.pcall('HSET', KEYS[4], 'outcome', outcome, 'ended_ms', ARGV[8])
  redis.pcall('EXPIRE', KEYS[4], ARGV[9])
end
trace(KEYS[5], {event = outcome, version = tonumber(ARGV[3]), submission_id = ARGV[13],
  stage = 'index', consumer = ARGV[11], deliveries = tonumber(ARGV[12])})
return outcome
