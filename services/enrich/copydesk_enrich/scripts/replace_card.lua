-- Put the card of an article, unless the one there is of a newer version.
--
-- KEYS[1]  the card
-- ARGV     version, seconds to live, then field, value, field, value …
-- Returns  {language, terms} of the card that was there (false each, where none was),
--          or false when a newer one stays.
local card = KEYS[1]
local version, ttl = tonumber(ARGV[1]), tonumber(ARGV[2])
local before = redis.call('HMGET', card, 'version', 'language', 'terms')
if before[1] and tonumber(before[1]) > version then
  return false
end
redis.call('DEL', card)
redis.call('HSET', card, 'version', version, unpack(ARGV, 3))
redis.call('EXPIRE', card, ttl)
return {before[2], before[3]}
