-- The first post of a login, again and again; wrk checks the HTTP status alone.
local device = 'Mozilla/5.0 (X11; Linux x86_64) bench/1.0; device 6f9619ff-8b86-d011-b42d-00cf4fc964ff; 1920x1080; Europe/Berlin'
wrk.method = 'POST'
wrk.path = '/api/v1/authenticate?userId=user-0'
wrk.body = '{"type":"robinhood","username":"user-0","password":"correct horse battery staple","deviceInfo":"' .. device ..
  '","authFlowStep":"loginPassword"}'
wrk.headers['Accept'] = 'application/json'
wrk.headers['Content-Type'] = 'application/json'
wrk.headers['X-Client-Id'] = 'bench'
wrk.headers['X-Client-Secret'] = '0123456789abcdef0123456789abcdef'

function done(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status +
    summary.errors.timeout
  io.write(string.format('{"units": %d, "failed": %d}\n', summary.requests, failed))
end
