-- Which article a draft is, and what posting it would do; both only read.

-- The id that the first of the alias keys leads to (strongest first), or `new_id`, and the fields
-- of that article: version, state, content_hash, submission_id, modified_ms, each false if unknown.
local function identify(aliases, prefix, new_id, external_id)
  local id, article
  for i, alias in ipairs(aliases) do
    local found = redis.call('GET', alias)
    if found and not id then
      local known = redis.call('HMGET', prefix .. found, 'version', 'state', 'content_hash',
        'submission_id', 'modified_ms', 'external_id')
      -- Two external ids are two articles, even when they share a URL.
      if i == 1 or external_id == '' or not known[6] or known[6] == external_id then
        id, article = found, known
      end
    end
  end
  if id then
    return id, article
  end
  return new_id, redis.call('HMGET', prefix .. new_id, 'version', 'state', 'content_hash',
    'submission_id', 'modified_ms')
end

-- 'duplicate' when nothing changed, 'superseded' when a later version is there, else 'accepted'.
local function verdict_on(article, content_hash, modified)
  -- Only a live version stands in the way: nobody could read what is withdrawn or dead.
  if article[2] ~= 'live' then
    return 'accepted'
  end
  if article[3] == content_hash then
    return 'duplicate'
  end
  if (tonumber(modified) or math.huge) < (tonumber(article[5]) or 0) then
    return 'superseded'
  end
  return 'accepted'
end
