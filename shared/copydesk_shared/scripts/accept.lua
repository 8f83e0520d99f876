-- Accept one article: identify it, number its version, queue it, write its receipt.
-- KEYS: stream to queue in, the other raw stream, receipt, changed, due, aliases (strongest first),
--       then the idempotency key if there is one
-- ARGV: 1 number of aliases, 2 prefix of article keys, 3 article id if it is a new one,
--       4 content hash, 5 backlog limit, 6 submission id, 7 event (JSON after the version),
--       8 raw (zstd), 9 now (ms), 10 source, 11 external id, 12 url, 13 modified (ms),
--       14 hash of the request's body, 15 idempotency expiry (s), 16 prefix of traces,
--       17 receipt expiry (s), 18 prefix of receipt keys, 19 expiry of the article (ms),
--       20 backlog limit if the article is known: a correction
-- Answers {'accepted' | 'duplicate' | 'superseded', article id, version, submission id},
--       {'replayed', answer (JSON)}, {'conflict'}, {'expired'} or {'backlog', entries, 'new' |
--       'correction'}. The version of a superseded submission is the newer one that it came too
--       late for.
--
-- Lua does not roll back: every key is read by a command of its own type before the first write,
-- so a key of a foreign type fails here with nothing written. The first write is a deny-oom
-- command, so a full server refuses the script whole. A receipt with this submission id means that
-- the script has run and its reply was lost: the answer is given again.
--@include identify
--@include lift
--@include trace
local now, aliases = ARGV[9], tonumber(ARGV[1])
local idempotency = KEYS[6 + aliases]

local backlog = redis.call('XLEN', KEYS[1]) + redis.call('XLEN', KEYS[2])
redis.call('ZCARD', KEYS[4])
redis.call('ZCARD', KEYS[5])
local receipt = redis.call('HMGET', KEYS[3], 'article_id', 'version', 'late')
local given = idempotency and redis.call('HMGET', idempotency, 'body_hash', 'answer') or {}

local id, article = identify({unpack(KEYS, 6, 5 + aliases)}, ARGV[2], ARGV[3], ARGV[11])

if receipt[1] then
  return {receipt[3] and 'superseded' or 'accepted', receipt[1], receipt[2], ARGV[6]}
end
if given[1] then
  if given[1] ~= ARGV[14] then
    return {'conflict'}
  end
  return {'replayed', given[2]}
end

local function remember(version, submission_id, duplicate, late)
  if idempotency then
    redis.call('HSET', idempotency, 'body_hash', ARGV[14], 'answer', '{"article_id":"' .. id
      .. '","version":' .. version .. ',"submission_id":"' .. submission_id
      .. '","duplicate":' .. duplicate .. ',"superseded":' .. late .. '}')
    redis.call('EXPIRE', idempotency, ARGV[15])
  end
end

local verdict = verdict_on(article, ARGV[4], ARGV[13])
if verdict == 'duplicate' then
  remember(article[1], article[4], 'true', 'false')
  return {'duplicate', id, article[1], article[4]}
end
if verdict == 'superseded' then
  redis.call('HSET', KEYS[3], 'article_id', id, 'version', article[1], 'outcome', 'superseded',
    'accepted_ms', now, 'ended_ms', now, 'late', '1')
  redis.call('EXPIRE', KEYS[3], ARGV[17])
  remember(article[1], ARGV[6], 'false', 'true')
  trace(ARGV[16] .. id, {event = 'superseded', version = tonumber(article[1]),
    submission_id = ARGV[6], stage = 'ingest'})
  return {'superseded', id, article[1], ARGV[6]}
end
-- This server's clock decides, as it will when the article expires.
if ARGV[19] ~= '' and tonumber(ARGV[19]) <= redis.call('TIME')[1] * 1000 then
  return {'expired'}
end
if backlog >= tonumber(article[1] and ARGV[20] or ARGV[5]) then
  return {'backlog', backlog, article[1] and 'correction' or 'new'}
end

local version = string.format('%d', tonumber(article[1] or 0) + 1)
redis.call('XADD', KEYS[1], '*', '__data__', '{"article_id":"' .. id .. '","version":' .. version
  .. ',' .. ARGV[7])
local fields = {'version', version, 'state', 'live', 'content_hash', ARGV[4],
  'submission_id', ARGV[6], 'source', ARGV[10], 'raw', ARGV[8]}
for name, value in pairs({external_id = ARGV[11], url = ARGV[12], modified_ms = ARGV[13]}) do
  if value ~= '' then
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
end
if article[1] then
  local last = article[4] or ''
  lift(ARGV[2] .. id, KEYS[5], ARGV[18] .. last, id, article[1], last, now, ARGV[17])
end
redis.call('HSET', ARGV[2] .. id, unpack(fields))
if ARGV[13] == '' then
  redis.call('HDEL', ARGV[2] .. id, 'modified_ms')
end
local names = redis.call('HGET', ARGV[2] .. id, 'aliases') or ''
for i = 1, aliases do
  redis.call('SET', KEYS[5 + i], id)
  local name = KEYS[5 + i]:match('[^:]+$')
  if not names:find(name, 1, true) then
    names = names .. ' ' .. name
  end
end
-- For the janitor, which forgets an article with every name it ever had.
redis.call('HSET', ARGV[2] .. id, 'aliases', names)
redis.call('HSET', KEYS[3], 'article_id', id, 'version', version, 'outcome', 'accepted',
  'accepted_ms', now)
redis.call('ZADD', KEYS[4], now, id)
if ARGV[19] ~= '' then
  redis.call('ZADD', KEYS[5], ARGV[19], 'withdraw|' .. id .. '|' .. version .. '|' .. ARGV[6])
end
remember(version, ARGV[6], 'false', 'false')
trace(ARGV[16] .. id, {event = 'accepted', version = tonumber(version), submission_id = ARGV[6],
  stage = 'ingest'})
return {'accepted', id, version, ARGV[6]}
