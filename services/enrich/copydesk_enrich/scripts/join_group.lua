-- Enter the signature of a text and find the group of copies that it belongs to, all at once, so
-- that of two copies that arrive together the second to run finds the first.
--
-- KEYS[1]  the counter of entries; KEYS[2] the article's entry; KEYS[3…] its bands
-- ARGV     article id, version, signature ('' for a text too short to compare), threshold (equal
--          places), seconds that an entry lives, seconds that a band lives, longest band (bytes),
--          most candidates, prefix of entries, 'enter' or 'look', prefix of groups, seconds that a
--          group lives, most members of a group
-- Answers  {group id, then of each copy that was entered before: article id, its place, equal
--          places}, or false when the entry there is of a newer version.
--
-- An entry is a hash of version, place (when the article was first entered), group and signature; a
-- band is the ids that have it, each with a space behind it, the newest last. A band may hold ids
-- whose text has changed since: the signature decides. A group is the places of its members by id;
-- who is alone has none.
local id, version, signature = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local entering = ARGV[10] == 'enter'

local function equal_places(one, other)
  local equal = 0
  for at = 1, #one, 4 do
    if one:sub(at, at + 3) == other:sub(at, at + 3) then
      equal = equal + 1
    end
  end
  return equal
end

local before = redis.call('HMGET', KEYS[2], 'version', 'place', 'group', 'signature')
if entering and before[1] and tonumber(before[1]) > version then
  return false
end

-- The bands keep the newest, so that the founder of the group may have left them.
local shared, ids = {}, {}
local joined = before[3] and before[3]:match('^[^.]+')
if joined and joined ~= id then
  shared[joined], ids[1] = #KEYS, joined
end
for band = 3, #KEYS do
  local listed = redis.call('GET', KEYS[band]) or ''
  for other in listed:gmatch('(%S+) ') do
    if other ~= id then
      if not shared[other] then
        ids[#ids + 1] = other
      end
      shared[other] = (shared[other] or 0) + 1
    end
  end
end
table.sort(ids, function(a, b)
  return shared[a] > shared[b] or (shared[a] == shared[b] and a < b)
end)

local copies = {}
local function compare(other)
  local entry = redis.call('HMGET', ARGV[9] .. other, 'place', 'group', 'signature')
  if entry[1] and entry[3] and #entry[3] == #signature then
    return {id = other, place = tonumber(entry[1]), group = entry[2],
      equal = equal_places(signature, entry[3])}
  end
end
for i = 1, math.min(#ids, tonumber(ARGV[8])) do
  local copy = compare(ids[i])
  if copy and copy.equal >= tonumber(ARGV[4]) then
    copies[#copies + 1] = copy
  end
end

local place = tonumber(before[2] or '') or (entering and redis.call('INCR', KEYS[1])) or math.huge
local first
for _, copy in ipairs(copies) do
  if copy.place < place and (not first or copy.place < first.place) then
    first = copy
  end
end

local group = id
if first then
  group = first.group
elseif before[3] then
  -- A text that has changed past recognition leaves its copies. What it begins then must not be
  -- named like what it began before. Whose original has left stays with the other copies.
  local founder = before[3]:match('^[^.]+')
  local stays = founder == id and (before[4] == signature or (#before[4] == #signature
    and equal_places(signature, before[4]) >= tonumber(ARGV[4])))
  for _, copy in ipairs(copies) do
    stays = stays or copy.group == before[3]
  end
  -- A look is at what the next version would be.
  local next_version = entering and ARGV[2] or string.format('%d', tonumber(before[1]) + 1)
  group = stays and before[3] or (id .. '.' .. next_version)
end

if entering then
  redis.call('HSET', KEYS[2], 'version', ARGV[2], 'place', place, 'group', group,
    'signature', signature)
  redis.call('EXPIRE', KEYS[2], ARGV[5])
  for band = 3, #KEYS do
    local listed = redis.call('GET', KEYS[band]) or ''
    if not (' ' .. listed):find(' ' .. id .. ' ', 1, true) then
      listed = listed .. id .. ' '
      while #listed > tonumber(ARGV[7]) do
        listed = listed:match(' (.*)$')
      end
    end
    redis.call('SET', KEYS[band], listed, 'EX', ARGV[6])
  end
end

-- It may also differ from this text more than from a copy of it: it is the original all the same.
if first then
  local founder = group:match('^[^.]+')
  local known = founder == id
  for _, copy in ipairs(copies) do
    known = known or copy.id == founder
  end
  local original = not known and compare(founder)
  if original and original.group == group then
    copies[#copies + 1] = original
  end
end

if entering then
  if before[3] and before[3] ~= group then
    redis.call('ZREM', ARGV[11] .. before[3], id)
  end
  local members = {}
  for _, copy in ipairs(copies) do
    if copy.group == group then
      members[#members + 1] = copy.place
      members[#members + 1] = copy.id
    end
  end
  if #members > 0 then
    local key = ARGV[11] .. group
    redis.call('ZADD', key, place, id, unpack(members))
    local over = redis.call('ZCARD', key) - tonumber(ARGV[13])
    if over > 0 then  -- the founder stays, and so do the newest
      redis.call('ZREMRANGEBYRANK', key, 1, over)
    end
    redis.call('EXPIRE', key, ARGV[12])
  end
end

local answer = {group}
for _, copy in ipairs(copies) do
  if copy.place < place then
    answer[#answer + 1] = copy.id
    answer[#answer + 1] = copy.place
    answer[#answer + 1] = copy.equal
  end
end
return answer
