-- Take out what an article told of its entities: it is withdrawn, or its version was superseded.
-- KEYS: the article's record
-- ARGV: article id, newest version to forget ('' is any), seconds to live of what is left
-- Answers 1, or 0 when there was nothing of such a version.
--@include entity_evidence
local before = redis.call('HMGET', KEYS[1], 'version', 'told')
if not before[1] or tonumber(before[1]) > (tonumber(ARGV[2]) or math.huge) then
  return 0
end
local touched = {}
local old = cjson.decode(before[2])
for _, entity in ipairs(old) do
  take(ARGV[1], entity, touched)
end
redis.call('DEL', KEYS[1])
merge(touched, tonumber(ARGV[3]))
tidy(old)
return 1
