-- What wrk sends for consume: add_consumption of one unit, as the vendor's page shows it.
--
-- Arguments: PATH PRODUCT

local folder = debug.getinfo(1, "S").source:match("^@(.*/)")
local calls = dofile(folder .. "calls.lua")

local one

function init(args)
  one = wrk.format("POST", args[1], { ["Content-Type"] = "application/json" },
                   '{"product": "' .. args[2] .. '", "consumptions": "1"}')
end

function request()
  return one
end

function done(summary, latency)
  calls.report(summary, latency, {}, {})
end
