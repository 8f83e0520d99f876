-- Take down what an article tells of its entities, in the place of what it told before.
-- KEYS: the article's record
-- ARGV: article id, version, published (s), what it tells (JSON), rules version, seconds to live
-- Answers 1, or 0 when a newer version has told already.
--
-- Sets of article ids: written twice, it is the same. Every key is of one server: the registry is
-- of the corpus and carries no hash tag.
--@include entity_evidence
local article, version, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[6])
local before = redis.call('HMGET', KEYS[1], 'version', 'told')
if before[1] and tonumber(before[1]) > version then
  return 0
end
-- The first write is one that a full server refuses, before anything is half done.
redis.call('HSET', KEYS[1], 'version', version, 'told', ARGV[4], 'rules', ARGV[5])
redis.call('EXPIRE', KEYS[1], ttl)
local touched = {}
local old = before[2] and cjson.decode(before[2]) or {}
for _, entity in ipairs(old) do
  take(article, entity, touched)
end
for _, entity in ipairs(cjson.decode(ARGV[4])) do
  put(article, entity, tonumber(ARGV[3]), ttl, touched)
end
merge(touched, ttl)
tidy(old)
return 1
