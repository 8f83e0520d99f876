-- What the registry knows of the entities that an article may mean; writes nothing.
-- KEYS: the article's record
-- ARGV: JSON {asked = {{kind, slug}…}, from = s, to = s}
-- Answers JSON {rules, told, asked = {{id, joined = {{id, articles}…}}…}, cards = {id → {articles,
-- forms}}}: of each asked id its successor, and the ids that articles of that time have joined to its
-- slug, with the number of those articles.
--@include entity_evidence
local asked = cjson.decode(ARGV[1])
local record = redis.call('HMGET', KEYS[1], 'rules', 'told')
local answer = {rules = record[1], told = record[2], asked = {}, cards = {}}
local function card(id)
  if not answer.cards[id] then
    local forms = {}
    local fields = redis.call('HGETALL', key('id', id))
    for i = 1, #fields, 2 do
      if fields[i]:sub(1, 1) == '=' then
        forms[#forms + 1] = {fields[i]:sub(2), tonumber(fields[i + 1])}
      end
    end
    answer.cards[id] = {articles = redis.call('ZCARD', key('articles', id)), forms = forms}
  end
end
for i, one in ipairs(asked.asked) do
  local id = successor(one[1] .. ':' .. one[2])
  local ids, counts = joined(one[1], one[2], asked.from, asked.to)
  local told = {}
  card(id)
  for n, other in ipairs(ids) do
    card(other)
    told[n] = {other, counts[other]}
  end
  answer.asked[i] = {id = id, joined = told}
end
return cjson.encode(answer)
