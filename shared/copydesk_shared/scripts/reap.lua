-- Forget a consumer, but only when nothing is pending for it: DELCONSUMER drops what is.
-- KEYS: stream. ARGV: group, consumer.
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if pending[1] then
  return 0
end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
