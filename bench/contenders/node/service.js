/**
 * The license counter in Node: the packages soap and pg, a cluster, connections to clients and database kept, for each request
 * one prepared UPDATE that commits by itself.
 *
 * Usage: service.js WSDL DATABASE_HOST DATABASE USER WORKERS DATABASE_CONNECTIONS. The workers share out the connections.
 * It prints a line with its port when it is ready.
 */
'use strict';

const cluster = require('node:cluster');
const fs = require('node:fs');
const http = require('node:http');
const pg = require('pg');
const soap = require('soap');

const [wsdl, host, database, user, workers, connections] = process.argv.slice(2);
const path = '/DocsVision/StorageServer/StorageServerService.asmx';
const take = { name: 'take', text: 'UPDATE counters SET used = used + 1 WHERE id = $1 AND used < maximum' };
const giveBack = { name: 'give_back', text: 'UPDATE counters SET used = used - 1 WHERE id = $1 AND used > 0' };

function distribute() {
  let ready = 0;
  for (let i = 0; i < Number(workers); ++i) cluster.fork();
  cluster.on('listening', (worker, address) => {
    if (++ready === Number(workers)) console.log(`node: listening on http://127.0.0.1:${address.port}`);
  });
  cluster.on('exit', (worker, code) => process.exit(code || 1));
  process.on('SIGTERM', () => process.exit(0)); // the workers see their channel close, and end
}

function serve() {
  const pool = new pg.Pool({ host, database, user, max: Math.ceil(Number(connections) / Number(workers)), idleTimeoutMillis: 0 });
  async function change(statement, { featureId }) {
    const { rowCount } = await pool.query({ ...statement, values: [featureId] });
    if (rowCount === 1) return {};
    throw { Fault: { faultcode: 'soap:Server', faultstring: 'No place left, or none to give back', statusCode: 500 } };
  }
  const operations = {
    IncrementFeatureUsage: (request) => change(take, request),
    DecrementFeatureUsage: (request) => change(giveBack, request),
  };
  const server = http.createServer({ keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  soap.listen(server, {
    path,
    services: { Counters: { CountersSoap: operations } },
    xml: fs.readFileSync(wsdl, 'utf8'),
    enableChunkedEncoding: false,
    callback: () => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }),
  });
}

if (cluster.isPrimary) distribute();
else serve();
