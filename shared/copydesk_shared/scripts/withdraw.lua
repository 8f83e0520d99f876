-- Withdraw an article: a tombstone as its next version, and word to index past the raw backlog.
-- KEYS: article, enriched stream, receipt, changed, versions, trace, due
-- ARGV: article id, submission id, event (JSON after the version), now (ms), prefix of receipt
--       keys, receipt expiry (s)
-- Answers {'withdrawn' | 'duplicate', article id, version, submission id} or {'unknown'}.
--
-- Every key is read by a command of its own type before the first write (see accept.lua). The
-- first write frees memory and is no deny-oom command: a full server still withdraws.
--@include tombstone
--@include trace
redis.call('XLEN', KEYS[2])
redis.call('ZCARD', KEYS[4])
redis.call('ZCARD', KEYS[7])
local receipt = redis.call('HMGET', KEYS[3], 'article_id', 'version')
local article = redis.call('HMGET', KEYS[1], 'version', 'state', 'submission_id')
if receipt[1] then
  return {'withdrawn', receipt[1], receipt[2], ARGV[2]}
end
if not article[1] then
  return {'unknown'}
end
if article[2] == 'withdrawn' then
  return {'duplicate', ARGV[1], article[1], article[3]}
end
local last = article[3] or ''
local version = tombstone({article = KEYS[1], enriched = KEYS[2], changed = KEYS[4],
  versions = KEYS[5], due = KEYS[7], receipt = ARGV[5] .. last},
  ARGV[1], article[1], last, ARGV[3], ARGV[4], ARGV[6])
redis.call('HSET', KEYS[1], 'submission_id', ARGV[2])
redis.call('HSET', KEYS[3], 'article_id', ARGV[1], 'version', version, 'outcome', 'accepted',
  'accepted_ms', ARGV[4])
trace(KEYS[6], {event = 'withdrawal_accepted', version = tonumber(version), submission_id = ARGV[2],
  stage = 'ingest'})
return {'withdrawn', ARGV[1], version, ARGV[2]}
