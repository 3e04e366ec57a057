/**
 * Calls the service by the npm package soap, made from ?WSDL. Speaks the protocol of ../driver.py.
 *
 * Usage: client.js URL SOAP_VERSION [HTTP_HEADER]
 */
'use strict';

const readline = require('readline');
const soap = require('soap');

const [url, version, header] = process.argv.slice(2);

function say(answer) {
  console.log(JSON.stringify(answer));
}

/** The package hands over a fault as it reads it, so its members have the names of the version that was spoken. */
function members(fault) {
  return version === '1.2'
    ? { code: fault.Code.Value, text: fault.Reason.Text.$value, number: fault.Detail?.error?.number }
    : { code: fault.faultcode, text: fault.faultstring, number: fault.detail?.error?.number };
}

async function main() {
  const server = await soap.createClientAsync(`${url}?WSDL`, { forceSoap12Headers: version === '1.2' });
  if (header) server.addHttpHeader(...header.split(': '));
  const ports = server.describe().StorageServerService;
  say({ operations: Object.keys(ports[version === '1.2' ? 'StorageServerServiceSoap12' : 'StorageServerServiceSoap']) });

  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [operation, parameters] = JSON.parse(line);
    try {
      const [result] = await server[`${operation}Async`](Object.fromEntries(parameters));
      say({ result: result ?? {} });
    } catch (error) {
      if (!error.root) throw error; // no answer at all
      say({ fault: members(error.root.Envelope.Body.Fault) });
    }
  }
}

main();
