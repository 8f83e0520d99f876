-- Ask enrich for a preview, and say what posting the article would do.
-- KEYS: waiting previews, request, aliases (strongest first)
-- ARGV: 1 preview id, 2 prefix of article keys, 3 article id if it is a new one, 4 content hash,
--       5 external id, 6 modified (ms), 7 raw (zstd of the event's JSON after the version),
--       8 most previews that may wait, 9 how long the answer is waited for (ms)
-- Answers {'accepted' | 'duplicate' | 'superseded', article id, version} as accept would, or
--       {'busy'}.
--
-- The request expires with the patience of the one who asks; its id, which a replica pops, is worth
-- nothing then. Safe to repeat: a request that is there already is not queued again.
--@include identify
if redis.call('EXISTS', KEYS[2]) == 0 and redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[8]) then
  return {'busy'}
end
local id, article = identify({unpack(KEYS, 3)}, ARGV[2], ARGV[3], ARGV[5])
local verdict = verdict_on(article, ARGV[4], ARGV[6])
local version = tonumber(article[1] or 0) + (verdict == 'accepted' and 1 or 0)
version = string.format('%d', version)
if redis.call('HSET', KEYS[2], 'article_id', id, 'version', version, 'raw', ARGV[7]) > 0 then
  redis.call('PEXPIRE', KEYS[2], ARGV[9])
  redis.call('RPUSH', KEYS[1], ARGV[1])
  -- Where no replica pops, the list goes with the last request in it.
  redis.call('PEXPIRE', KEYS[1], ARGV[9])
end
return {verdict, id, version}
