-- What wrk sends for spread, hot and mixed: IncrementFeatureUsage and DecrementFeatureUsage in turn; for mixed, of 20 requests
-- 16 are these, 2 keep a session alive, 1 logs in and 1 reads a session's settings.
--
-- Arguments: FILE OPTION THREADS LAG ENVELOPE [DATABASE READERS]
--   FILE      a session and its option a line; each thread of wrk walks its own part, round and round
--   OPTION    one option for all requests, or "-" for the option of the line
--   THREADS   of wrk, to know which part is whose
--   LAG       how many sessions of a thread hold a place before the first gives it back. wrk does not tell a script
--             which connection a request is for, so a giving back could overtake its take; so far behind it does not.
--             With one connection a thread 0 is right: take, give back, take, ...
--   ENVELOPE  see calls.lua
--   DATABASE  for mixed: what to log in to
--   READERS   for mixed: a file of sessions whose settings are read, one a line

local folder = debug.getinfo(1, "S").source:match("^@(.*/)")
local calls = dofile(folder .. "calls.lua")

local threads = {}

function setup(thread)
  thread:set("part", #threads)
  table.insert(threads, thread)
end

local sessions, options, readers = {}, {}, {}
local take, give_back, keep_alive, log_in, read, lag, mixed, unsent

function init(args)
  local file, option, thread_count, envelope = args[1], args[2], tonumber(args[3]), args[5]
  lag, mixed = tonumber(args[4]), args[6] ~= nil
  take = calls.pieces(envelope, "IncrementFeatureUsage", "sessionId", "featureId")
  give_back = calls.pieces(envelope, "DecrementFeatureUsage", "sessionId", "featureId")
  for _, line in ipairs(calls.lines(file, thread_count, part)) do
    sessions[#sessions + 1] = line:sub(1, 36)
    options[#options + 1] = option ~= "-" and option or line:sub(38, 73)
  end
  assert(lag < #sessions, "fewer sessions than the lag")
  if mixed then
    keep_alive = calls.pieces(envelope, "SessionKeepAlive", "sessionId")
    log_in = calls.log_in(envelope, args[6])
    read = calls.pieces(envelope, "SessionGetSettings", "sessionId")
    readers = calls.lines(args[7], thread_count, part)
  end
  takes, returns, others, logins = 0, 0, 0, 0
  unsent = part == 0  -- wrk makes one request only to look at it
end

local function on_counter(operation, number)
  local i = number % #sessions + 1
  return operation[1] .. sessions[i] .. operation[2] .. options[i] .. operation[3]
end

local function on_session(operation, ids, number)
  return operation[1] .. ids[number % #ids + 1] .. operation[2]
end

local function counter_request()
  if takes - returns > lag then
    returns = returns + 1
    return on_counter(give_back, returns - 1)
  end
  takes = takes + 1
  return on_counter(take, takes - 1)
end

function request()
  if unsent then
    unsent = false
    return on_counter(take, 0)
  end
  if not mixed then return counter_request() end
  local turn = (takes + returns + others) % 20
  if turn % 5 ~= 4 then return counter_request() end
  others = others + 1
  if turn == 4 then
    logins = logins + 1
    return log_in
  end
  if turn == 14 then return on_session(read, readers, others) end
  return on_session(keep_alive, sessions, others)
end

function done(summary, latency)
  calls.report(summary, latency, threads, { "takes", "returns", "logins" })
end
