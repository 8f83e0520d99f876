-- Tell an article of a related one that was enriched after it.
-- KEYS  what the article has learned
-- ARGV  id of the related article, `Learned` (JSON), seconds to live, how many to keep
-- What is known of a newer version of the related article stays. When there are too many, what is
-- about an older version of the article goes first, then the weakest.
local new = cjson.decode(ARGV[2])
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and cjson.decode(known).version > new.version then
  return
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
while redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) do
  local weakest, least
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local learned = cjson.decode(all[i + 1])
    local worth = learned.target_version < new.target_version and -1 or learned.score
    if not least or worth < least or (worth == least and all[i] < weakest) then
      weakest, least = all[i], worth
    end
  end
  redis.call('HDEL', KEYS[1], weakest)
end
