-- Posts one line of the given file after another, from the given one: cookie, tab, body. The last
-- argument says who asks, as the page's script does.
local lines, at, asks = {}, 0, nil

function init(args)
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
  at, asks = tonumber(args[2]), args[3]
end

function request()
  at = at % #lines + 1
  local cookie, body = lines[at]:match("([^\t]*)\t(.*)")
  local headers = { ["User-Agent"] = "bench", ["Cookie"] = cookie, ["X-Requested-With"] = asks }
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  return wrk.format("POST", nil, headers, body)
end
