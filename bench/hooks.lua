-- Posts one line of the given file after another, from the given one: signature, tab, body.
local lines, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
  at = tonumber(args[2])
end

function request()
  at = at % #lines + 1
  local signature, body = lines[at]:match("([^\t]*)\t(.*)")
  local headers = { ["User-Agent"] = "bench", ["Stripe-Signature"] = signature }
  headers["Content-Type"] = "application/json"
  return wrk.format("POST", nil, headers, body)
end
