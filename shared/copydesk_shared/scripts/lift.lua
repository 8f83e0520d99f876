-- A part of accept.lua and tombstone.lua: a version that was held for its embargo gives way.
-- `article`, `due` and `receipt` are keys, the receipt that of the held version's submission.
local function lift(article, due, receipt, id, version, submission_id, now, receipt_expiry)
  if redis.call('HDEL', article, 'held_event') == 0 then
    return
  end
  redis.call('ZREM', due, 'publish|' .. id .. '|' .. version .. '|' .. submission_id)
  if redis.pcall('EXISTS', receipt) == 1 then
    redis.pcall('HSET', receipt, 'outcome', 'superseded', 'ended_ms', now)
    redis.pcall('EXPIRE', receipt, receipt_expiry)
  end
end
