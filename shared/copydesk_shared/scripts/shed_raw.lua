-- Drop the raw copy of articles at rest; one that waits to be enriched or published keeps its own.
-- KEYS: changed
-- ARGV: prefix of article keys, from which commit (ms), up to which (ms), the most to look at
-- Answers {copies dropped, articles looked at, commit of the last one (ms)}.
local rows = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[2], ARGV[3], 'WITHSCORES', 'LIMIT', 0, ARGV[4])
local dropped = 0
for i = 1, #rows, 2 do
  local key = ARGV[1] .. rows[i]
  local article = redis.pcall('HMGET', key, 'version', 'state', 'enriched_version')
  if not article.err and (article[2] ~= 'live' or article[1] == article[3]) then
    dropped = dropped + redis.call('HDEL', key, 'raw')
  end
end
return {dropped, #rows / 2, rows[#rows] or '0'}
