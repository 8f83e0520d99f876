-- Note which lines an article has; a line that enough articles have becomes known boilerplate.
--
-- KEYS[1]  the lines of one source: line key -> "<number> <tag> <tag> ...", the tags of the articles
--          that had it (no more than are needed) and the number of the last of them;
--          "#" the number of the source's last article, "!" the known keys, parted by spaces
-- ARGV     articles needed, articles remembered, most known, seconds to live, the article's tag,
--          then the keys of its lines
-- Idempotent by tag: an article that comes again changes nothing.
local lines = KEYS[1]
local needed, remembered, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tag = ARGV[5]
if #ARGV < 6 then
  return 0
end

local function read(value)
  local last, tags = string.match(value, '^(%d+)(.*)$')
  local _, count = string.gsub(tags, ' ', '')
  return tonumber(last), tags, count
end

local values = redis.call('HMGET', lines, unpack(ARGV, 6))
local tags, new = {}, false
for i = 1, #ARGV - 5 do
  local count, _ = 0
  tags[i] = ''
  if values[i] then
    _, tags[i], count = read(values[i])
  end
  if count < needed and not string.find(tags[i], ' ' .. tag, 1, true) then
    tags[i] = tags[i] .. ' ' .. tag
    new = true
  end
end
if not new then
  return 0
end

local number = redis.call('HINCRBY', lines, '#', 1)
local written = {}
for i = 1, #tags do
  written[2 * i - 1] = ARGV[5 + i]
  written[2 * i] = number .. tags[i]
end
redis.call('HSET', lines, unpack(written))

-- Looked through at every half of the window, so that a hash holds at most 1.5 times of it.
local prune = number % math.ceil(remembered / 2) == 0
local known = {}
if prune then
  local all, gone = redis.call('HGETALL', lines), {}
  for i = 1, #all, 2 do
    if all[i] ~= '#' and all[i] ~= '!' then
      local last, _, count = read(all[i + 1])
      if last <= number - remembered then
        gone[#gone + 1] = all[i]
      elseif count >= needed and #known < most then
        known[#known + 1] = all[i]
      end
    end
  end
  for i = 1, #gone, 1000 do
    redis.call('HDEL', lines, unpack(gone, i, math.min(i + 999, #gone)))
  end
  table.sort(known)
  redis.call('HSET', lines, '!', table.concat(known, ' '))
else
  local text = redis.call('HGET', lines, '!') or ''
  local grown = text
  local _, size = string.gsub(text, '%S+', '')
  for i = 1, #tags do
    local _, count = string.gsub(tags[i], ' ', '')
    if count >= needed and size < most and not string.find(grown, ARGV[5 + i], 1, true) then
      grown = grown .. ' ' .. ARGV[5 + i]
      size = size + 1
    end
  end
  if grown ~= text then
    redis.call('HSET', lines, '!', grown)
  end
end
redis.call('EXPIRE', lines, ARGV[4])
return 1
