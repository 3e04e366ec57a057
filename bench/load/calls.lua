-- What the scripts of this folder share: requests as SOAP 1.1 on kept connections, and the line of JSON at the end.

local calls = {}

local namespace = "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/"

-- "page" has line breaks as on the interface's pages; "proxy" is what a .NET proxy writes. Before the operation's
-- element, before its parameters, behind them, behind the element.
local shapes = {
  page = { '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>\n',
           '\n', '\n', '</soap:Body></soap:Envelope>' },
  proxy = { '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
              .. ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
              .. '<soap:Body>', '', '', '</soap:Body></soap:Envelope>' },
}

local function whole(operation, body)
  return "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
    .. "\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"" .. namespace .. operation
    .. "\"\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

-- A request cut into pieces: before, between and behind its parameters, which are one or two guids.
function calls.pieces(envelope, operation, ...)
  local shape = assert(shapes[envelope], "no such envelope")
  local body = shape[1] .. '<' .. operation .. ' xmlns="' .. namespace .. '">' .. shape[2]
  for _, name in ipairs({ ... }) do
    body = body .. '<' .. name .. '>' .. ("@"):rep(36) .. '</' .. name .. '>'
  end
  body = body .. shape[3] .. '</' .. operation .. '>' .. shape[4]
  local pieces = {}
  for piece in (whole(operation, body) .. ("@"):rep(36)):gmatch("(.-)" .. ("@"):rep(36)) do
    pieces[#pieces + 1] = piece
  end
  return pieces
end

-- A log-in to a database of a SOAP client. It is the same each time.
function calls.log_in(envelope, database)
  local shape = assert(shapes[envelope], "no such envelope")
  return whole("SessionLogin", shape[1] .. '<SessionLogin xmlns="' .. namespace .. '">' .. shape[2] .. '<baseName>' .. database
    .. '</baseName><sessionSettings></sessionSettings>' .. shape[3] .. '</SessionLogin>' .. shape[4])
end

-- A thread's part of a file: every line whose number fits.
function calls.lines(file, thread_count, part)
  local found, line_number = {}, 0
  for line in io.lines(file) do
    if line_number % thread_count == part then found[#found + 1] = line end
    line_number = line_number + 1
  end
  return found
end

-- The last line printed: what wrk measured, and the sums over the threads of the named counts.
function calls.report(summary, latency, threads, names)
  local errors, counts = summary.errors, ""
  for _, name in ipairs(names) do
    local sum = 0
    for _, thread in ipairs(threads) do sum = sum + thread:get(name) end
    counts = counts .. string.format(',"%s":%d', name, sum)
  end
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f,"max_ms":%.3f,"refused":%d,"broken":%d,'
      .. '"timeouts":%d%s}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency:percentile(99.9) / 1e3, latency.max / 1e3, errors.status, errors.connect + errors.read + errors.write,
    errors.timeout, counts))
end

return calls
