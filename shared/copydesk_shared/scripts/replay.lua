-- Bring a dead letter's article back: its original bytes return to the stream they came from.
-- KEYS: dead stream, stream it came from, article, receipt, trace
-- ARGV: letter id, version, outcome of the receipt before the death, trace event (JSON)
-- Answers 'replayed', or why not: 'gone' (replayed or dropped already), 'unknown' (the store has no
-- such article), 'superseded' or 'withdrawn' (by a newer version), 'alive'.
--
-- See accept.lua: whatever can fail comes before the first write, which a full server refuses.
--@include trace
local function typed(key, want)
  local found = redis.call('TYPE', key).ok
  return found == want or found == 'none'
end
if not (typed(KEYS[1], 'stream') and typed(KEYS[2], 'stream') and typed(KEYS[3], 'hash')) then
  return redis.error_reply('WRONGTYPE a key of the replay holds a foreign type')
end
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not found then
  return 'gone'
end
local letter = {}
for i = 1, #found[2], 2 do
  letter[found[2][i]] = found[2][i + 1]
end
local article = redis.call('HMGET', KEYS[3], 'version', 'state')
if not article[1] then
  return 'unknown'
end
if article[1] ~= ARGV[2] then
  return article[2] == 'withdrawn' and 'withdrawn' or 'superseded'
end
-- A version that is withdrawn is itself a withdrawal: what died was the word of it to index.
local withdrawal = article[2] == 'withdrawn'
if article[2] ~= 'dead' and not withdrawal then
  return 'alive'
end
redis.call('XADD', KEYS[2], '*', '__data__', letter.original)
redis.call('XDEL', KEYS[1], ARGV[1])
if not withdrawal then
  redis.call('HSET', KEYS[3], 'state', 'live')
  if letter.content_hash and letter.content_hash ~= '' then
    redis.call('HSET', KEYS[3], 'content_hash', letter.content_hash)
  end
end
if redis.pcall('EXISTS', KEYS[4]) == 1 then
  redis.pcall('HSET', KEYS[4], 'outcome', withdrawal and 'accepted' or ARGV[3])
  redis.pcall('HDEL', KEYS[4], 'code', 'hint', 'ended_ms')
  redis.pcall('PERSIST', KEYS[4])
end
trace(KEYS[5], cjson.decode(ARGV[4]))
return 'replayed'
