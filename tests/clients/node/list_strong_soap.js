/** Lists the operations that the npm package strong-soap reads from a WSDL. Usage: strong_soap.js WSDL_URL */
'use strict';

const { soap } = require('strong-soap');

soap.createClient(process.argv[2], {}, (error, client) => {
  if (error) throw error;
  console.log(Object.keys(client.describe().StorageServerService.StorageServerServiceSoap).join('\n'));
});
