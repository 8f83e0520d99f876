-- A page of dead letters, newest first, without the original bytes, which may be megabytes each.
-- KEYS: dead stream. ARGV: newest id, oldest id, count
-- Answers {id, letter (JSON), size of the original} for each.
local page = {}
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])) do
  local letter = {}
  for i = 1, #entry[2], 2 do
    letter[entry[2][i]] = entry[2][i + 1]
  end
  page[#page + 1] = {entry[1], letter.__data__ or '', #(letter.original or '')}
end
return page
