-- What wrk sends: IncrementFeatureUsage and DecrementFeatureUsage in turn, as SOAP 1.1 on kept connections.
--
-- Arguments: FILE OPTION THREADS LAG ENVELOPE
--   FILE      a session and its option a line; each thread of wrk walks its own part, round and round
--   OPTION    one option for all requests, or "-" for the option of the line
--   THREADS   of wrk, to know which part is whose
--   LAG       how many sessions of a thread hold a place before the first gives it back. wrk does not tell a script
--             which connection a request is for, so a giving back could overtake its take; so far behind it does not.
--             With one connection a thread 0 is right: take, give back, take, ...
--   ENVELOPE  "page" (line breaks as on the interface's pages) or "proxy" (as a .NET proxy writes it)
--
-- The last line printed is a JSON object.

local namespace = "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/"

local shapes = {
  page = { '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>\n<%s xmlns="' .. namespace
             .. '">\n<sessionId>', '</sessionId><featureId>', '</featureId>\n</%s></soap:Body></soap:Envelope>' },
  proxy = { '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
              .. ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
              .. '<soap:Body><%s xmlns="' .. namespace .. '"><sessionId>', '</sessionId><featureId>',
            '</featureId></%s></soap:Body></soap:Envelope>' },
}

local threads = {}

function setup(thread)
  thread:set("part", #threads)
  table.insert(threads, thread)
end

local function template(operation, shape)
  local head, middle, tail = shape[1]:format(operation), shape[2], shape[3]:format(operation)
  local length = #head + #middle + #tail + 2 * 36
  local start = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
    .. "\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"" .. namespace .. operation
    .. "\"\r\nContent-Length: " .. length .. "\r\n\r\n"
  return { start .. head, middle, tail }
end

local sessions, options = {}, {}
local take, give_back, lag, unsent

function init(args)
  local file, option, thread_count = args[1], args[2], tonumber(args[3])
  lag = tonumber(args[4])
  local shape = assert(shapes[args[5]], "no such envelope")
  take, give_back = template("IncrementFeatureUsage", shape), template("DecrementFeatureUsage", shape)
  local line_number = 0
  for line in io.lines(file) do
    if line_number % thread_count == part then
      sessions[#sessions + 1] = line:sub(1, 36)
      options[#options + 1] = option ~= "-" and option or line:sub(38, 73)
    end
    line_number = line_number + 1
  end
  assert(lag < #sessions, "fewer sessions than the lag")
  taken, given = 0, 0
  unsent = part == 0  -- wrk makes one request only to look at it
end

local function render(operation, number)
  local i = number % #sessions + 1
  return operation[1] .. sessions[i] .. operation[2] .. options[i] .. operation[3]
end

function request()
  if unsent then
    unsent = false
    return render(take, 0)
  end
  if taken - given > lag then
    given = given + 1
    return render(give_back, given - 1)
  end
  taken = taken + 1
  return render(take, taken - 1)
end

function done(summary, latency)
  local sent_takes, sent_returns = 0, 0
  for _, thread in ipairs(threads) do
    sent_takes = sent_takes + thread:get("taken")
    sent_returns = sent_returns + thread:get("given")
  end
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f,"max_ms":%.3f,"refused":%d,"broken":%d,'
      .. '"timeouts":%d,"takes":%d,"returns":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency:percentile(99.9) / 1e3, latency.max / 1e3, errors.status, errors.connect + errors.read + errors.write,
    errors.timeout, sent_takes, sent_returns))
end
