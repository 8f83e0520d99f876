-- Drop the card of an article from the related graph, unless it is of a later version.
-- KEYS: card
-- ARGV: newest version to drop ('inf' for any)
-- Answers {language, terms} of the card (false each, where there was none), or false when it stays.
local card = redis.call('HMGET', KEYS[1], 'version', 'language', 'terms')
if card[1] and ARGV[1] ~= 'inf' and tonumber(card[1]) > tonumber(ARGV[1]) then
  return false
end
redis.call('DEL', KEYS[1])
return {card[2], card[3]}
