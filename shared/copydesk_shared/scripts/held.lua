-- Which of these entries does the consumer still own? Their idle time starts anew.
-- KEYS: stream. ARGV: group, consumer, id...
-- XCLAIM with JUSTID keeps the delivery count.
local held = {}
for i = 3, #ARGV do
  local own = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if own[1] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
    held[#held + 1] = ARGV[i]
  end
end
return held
