-- A part of entity_record.lua and entity_forget.lua: what one article tells of its entities, put in
-- and taken out. `key` spells a key of the registry, see entity_registry.py for what they hold.
--
-- What an article tells of one entity: {id, forms = {{form, folded}…}, joins = {{slug, full}…}, given}:
-- `forms` as its text has them, `joins` the slugs by which other articles may mean it, and whether
-- such a slug is of a full name, `given` the gazetteer's name. The last two may be absent.
local KEPT = {articles = 1000, joins = 200, prefix = 500, forms = 40, merged = 32, hops = 4}
local CHAR = '[%z\1-\127\194-\244][\128-\191]*'

local function key(...)
  return 'copydesk:entity:' .. table.concat({...}, ':')
end

local function successor(id)
  for _ = 1, KEPT.hops do
    local after = redis.call('HGET', key('id', id), 'merged_into')
    if not after then
      break
    end
    id = after
  end
  return id
end

-- The ids that articles have joined to a slug, newest first, each once, and by how many articles;
-- of `from` to `to` seconds.
local function joined(kind, slug, from, to)
  local ids, counts = {}, {}
  for _, member in ipairs(redis.call('ZRANGE', key('join', kind, slug), to, from, 'BYSCORE', 'REV')) do
    local id = successor(member:match('^[^|]*'))
    if not counts[id] then
      counts[id] = 0
      ids[#ids + 1] = id
    end
    counts[id] = counts[id] + 1
  end
  return ids, counts
end

local function kind_of(entity)
  return entity.id:match('^[^:]*')
end

-- The beginnings under which a name is listed: two and three letters of the whole, and three of each
-- of its other words.
local function prefixes(folded)
  local found = {
    folded:match('^' .. CHAR .. CHAR),
    folded:match('^' .. CHAR .. CHAR .. CHAR),
  }
  local listed = {}
  for _, prefix in ipairs(found) do
    listed[prefix] = true
  end
  for word in folded:gmatch('[%s%p]([^%s%p]+)') do
    local prefix = word:match('^' .. CHAR .. CHAR .. CHAR)
    if prefix and not listed[prefix] then
      listed[prefix] = true
      found[#found + 1] = prefix
    end
  end
  return found
end

-- An entity is as prominent as new; twice the articles are worth a month.
local function prominence(id, at)
  return at / 86400 + 30 * math.log(1 + redis.call('ZCARD', key('articles', id))) / math.log(2)
end

local function take(article, entity, touched)
  local id = entity.id
  redis.call('ZREM', key('articles', id), article)
  for _, form in ipairs(entity.forms) do
    -- pcall: a full server refuses to count down, but must be able to withdraw.
    local left = redis.pcall('HINCRBY', key('id', id), '=' .. form[1], -1)
    if type(left) == 'number' and left <= 0 then
      redis.call('HDEL', key('id', id), '=' .. form[1])
      for _, prefix in ipairs(prefixes(form[2])) do
        redis.call('ZREM', key('prefix', prefix), form[2] .. '|' .. id)
      end
    end
  end
  for _, join in ipairs(entity.joins or {}) do
    redis.call('ZREM', key('join', kind_of(entity), join[1]), id .. '|' .. article)
    touched[join[1]] = join[2] and kind_of(entity) or nil
  end
end

local function put(article, entity, at, ttl, touched)
  local id = entity.id
  local hash, articles = key('id', id), key('articles', id)
  redis.call('ZADD', articles, at, article)
  redis.call('ZREMRANGEBYRANK', articles, 0, -KEPT.articles - 1)
  redis.call('EXPIRE', articles, ttl)
  redis.call('HSET', hash, 'kind', kind_of(entity))
  if entity.given then
    redis.call('HSET', hash, 'name', entity.given)
  end
  local prominent = prominence(id, at)
  for _, form in ipairs(entity.forms) do
    local name = '=' .. form[1]
    if redis.call('HLEN', hash) < KEPT.forms or redis.call('HEXISTS', hash, name) == 1 then
      redis.call('HINCRBY', hash, name, 1)
      for _, prefix in ipairs(prefixes(form[2])) do
        local names = key('prefix', prefix)
        redis.call('ZADD', names, prominent, form[2] .. '|' .. id)
        redis.call('ZREMRANGEBYRANK', names, 0, -KEPT.prefix - 1)
        redis.call('EXPIRE', names, ttl)
      end
    end
  end
  redis.call('EXPIRE', hash, ttl)
  for _, join in ipairs(entity.joins or {}) do
    local members = key('join', kind_of(entity), join[1])
    redis.call('ZADD', members, at, id .. '|' .. article)
    redis.call('ZREMRANGEBYRANK', members, 0, -KEPT.joins - 1)
    redis.call('EXPIRE', members, ttl)
    touched[join[1]] = join[2] and kind_of(entity) or nil
  end
end

-- An id is merged into another while all articles that join its full name to one join it to that
-- one. A surname or an acronym is nobody's own: each article is asked anew whom it means by it.
local function merge(touched, ttl)
  for slug, kind in pairs(touched) do
    local id = kind .. ':' .. slug
    local hash = key('id', id)
    local before = redis.call('HGET', hash, 'merged_into')
    if before then
      redis.call('HDEL', hash, 'merged_into')
      redis.call('SREM', key('merged', before), id)
      if redis.call('ZCARD', key('articles', id)) == 0 then
        redis.call('DEL', hash)
      end
    end
    local ids = joined(kind, slug, '-inf', '+inf')
    if #ids == 1 and ids[1] ~= id and redis.call('SCARD', key('merged', ids[1])) < KEPT.merged then
      redis.pcall('HSET', hash, 'kind', kind, 'merged_into', ids[1])
      redis.call('EXPIRE', hash, ttl)
      redis.pcall('SADD', key('merged', ids[1]), id)
      redis.call('EXPIRE', key('merged', ids[1]), ttl)
    end
  end
end

-- An entity that no article names any more leaves nothing behind, unless its id leads to another.
local function tidy(told)
  for _, entity in ipairs(told) do
    local hash = key('id', entity.id)
    if redis.call('ZCARD', key('articles', entity.id)) == 0
        and redis.call('HEXISTS', hash, 'merged_into') == 0 then
      redis.call('DEL', hash)
    end
  end
end
