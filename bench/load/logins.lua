-- What wrk sends for login: SessionLogin, and SessionLogout of a session whose log-in was answered, in turn.
--
-- Arguments: ENVELOPE DATABASE, see counters.lua

local folder = debug.getinfo(1, "S").source:match("^@(.*/)")
local calls = dofile(folder .. "calls.lua")

local threads = {}

function setup(thread)
  thread:set("part", #threads)
  table.insert(threads, thread)
end

local open = {}
local log_in, log_out, unsent

function init(args)
  log_in = calls.log_in(args[1], args[2])
  log_out = calls.pieces(args[1], "SessionLogout", "sessionId")
  logins, logouts = 0, 0
  unsent = part == 0  -- wrk makes one request only to look at it
end

function request()
  if unsent then
    unsent = false
    return log_in
  end
  local session = table.remove(open)
  if session then
    logouts = logouts + 1
    return log_out[1] .. session .. log_out[2]
  end
  logins = logins + 1
  return log_in
end

function response(status, headers, body)
  local session = body:match("<sessionId>(%x[%x-]+)</sessionId>")
  if session then open[#open + 1] = session end
end

function done(summary, latency)
  calls.report(summary, latency, threads, { "logins", "logouts" })
end
