-- Take one delivery off the count of those entries that the consumer still owns.
-- KEYS: stream. ARGV: group, consumer, id...
for i = 3, #ARGV do
  local own = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if own[1] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'RETRYCOUNT',
      math.max(own[1][4] - 1, 0), 'JUSTID')
  end
end
