-- A part of withdraw.lua and release.lua: a withdrawal is the next version of the article.
-- Takes the text out, tells index past the raw backlog, and answers the tombstone's version.
-- The earlier versions go with the newest: what is withdrawn can be read in none of them.
-- `at` holds the keys article, enriched, changed, versions, due and receipt; the receipt, `version`
-- and `submission_id` are those of the version that ends. `event` is JSON after the version. The
-- first write frees memory and is no deny-oom command.
--@include lift
local function tombstone(at, id, version, submission_id, event, now, receipt_expiry)
  lift(at.article, at.due, at.receipt, id, version, submission_id, now, receipt_expiry)
  local next_version = string.format('%d', tonumber(version) + 1)
  redis.call('HDEL', at.article, 'content_hash', 'raw', 'enriched', 'enriched_version',
    'enriched_ms', 'modified_ms')
  redis.call('DEL', at.versions)
  redis.call('HSET', at.article, 'version', next_version, 'state', 'withdrawn')
  redis.call('XADD', at.enriched, '*', '__data__', '{"article_id":"' .. id .. '","version":'
    .. next_version .. ',' .. event)
  redis.call('ZADD', at.changed, now, id)
  return next_version
end
