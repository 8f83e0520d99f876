-- Withdraw an article: a tombstone as its next version, and word to index past the raw backlog.
-- KEYS: article, enriched stream, receipt, changed
-- ARGV: article id, submission id, event (JSON after the version), now (ms)
-- Answers {'withdrawn' | 'duplicate', article id, version, submission id} or {'unknown'}.
--
-- Every key is read by a command of its own type before the first write (see accept.lua). The
-- first write frees memory and is no deny-oom command: a full server still withdraws.
redis.call('XLEN', KEYS[2])
redis.call('ZCARD', KEYS[4])
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
local version = string.format('%d', tonumber(article[1]) + 1)
redis.call('HDEL', KEYS[1], 'content_hash', 'raw', 'enriched', 'enriched_version')
redis.call('HSET', KEYS[1], 'version', version, 'state', 'withdrawn', 'submission_id', ARGV[2])
redis.call('XADD', KEYS[2], '*', '__data__', '{"article_id":"' .. ARGV[1] .. '","version":'
  .. version .. ',' .. ARGV[3])
redis.call('HSET', KEYS[3], 'article_id', ARGV[1], 'version', version, 'outcome', 'accepted',
  'accepted_ms', ARGV[4])
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
return {'withdrawn', ARGV[1], version, ARGV[2]}
