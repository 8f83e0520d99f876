-- Append to an article's trace what no other script tells. KEYS: trace. ARGV: event (JSON)
--@include trace
trace(KEYS[1], cjson.decode(ARGV[1]))
