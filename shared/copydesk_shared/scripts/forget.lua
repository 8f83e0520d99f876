-- Forget an article for good: the search engine has confirmed that it holds it no longer.
-- KEYS: article, versions, trace, changed
-- ARGV: article id, oldest commit to keep (ms), prefix of aliases
-- Answers 1, or 0 when the article has changed meanwhile or waits for something: enrichment, the
--       end of its embargo. Its receipts expire by themselves.
local function typed(key, want)
  local found = redis.call('TYPE', key).ok
  return found == want or found == 'none'
end
if not (typed(KEYS[1], 'hash') and typed(KEYS[4], 'zset')) then
  return redis.error_reply('WRONGTYPE a key of the article holds a foreign type')
end
local changed = tonumber(redis.call('ZSCORE', KEYS[4], ARGV[1]) or 0)
local article = redis.call('HMGET', KEYS[1], 'version', 'state', 'enriched_version', 'aliases')
if changed >= tonumber(ARGV[2]) or (article[2] == 'live' and article[1] ~= article[3]) then
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
for name in (article[4] or ''):gmatch('%S+') do
  -- One that has gone over to another article is that article's.
  if redis.pcall('GET', ARGV[3] .. name) == ARGV[1] then
    redis.call('DEL', ARGV[3] .. name)
  end
end
redis.call('ZREM', KEYS[4], ARGV[1])
return 1
