-- The bodies to send come one a line; with a single one, wrk sends the same bytes without asking us.
local bodies = {}
for line in io.lines(os.getenv("BENCH_BODIES")) do bodies[#bodies + 1] = line end

wrk.method = os.getenv("BENCH_METHOD")
for name, value in string.gmatch(os.getenv("BENCH_HEADERS"), "([^\n]+)\n([^\n]+)") do wrk.headers[name] = value end

if #bodies > 1 then
  local nextBody = tonumber(os.getenv("BENCH_FROM"))
  request = function()
    nextBody = nextBody + 1
    return wrk.format(nil, nil, nil, bodies[(nextBody - 1) % #bodies + 1])
  end
elseif wrk.method == "POST" then
  wrk.body = bodies[1]
end

done = function(summary)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"requests":%d,"seconds":%f,"failures":%d}\n',
    summary.requests, summary.duration / 1e6, failures))
end
