<?php
/**
 * Calls the service by PHP's SoapClient, made from ?WSDL. Speaks the protocol of ../driver.py.
 *
 * Usage: client.php URL SOAP_VERSION [HTTP_HEADER]
 */

declare(strict_types=1);

[, $url, $version] = $argv;

function say(array $answer): void
{
    echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION), "\n";
}

$server = new SoapClient("$url?WSDL", [
    'soap_version' => $version === '1.2' ? SOAP_1_2 : SOAP_1_1,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'stream_context' => stream_context_create(['http' => ['header' => $argv[3] ?? '']]),
]);

// A function reads like "SessionLogoutResponse SessionLogout(SessionLogout $parameters)"; there is one for each binding.
preg_match_all('/ (\w+)\(/', implode("\n", $server->__getFunctions()), $names);
say(['operations' => array_values(array_unique($names[1]))]);

while (($line = fgets(STDIN)) !== false) {
    [$operation, $arguments] = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
    try {
        $result = $server->$operation(array_column($arguments, 1, 0));
        say(['result' => $result]);
    } catch (SoapFault $fault) {
        say(['fault' => [
            'code' => $fault->faultcode,
            'text' => $fault->faultstring,
            'number' => $fault->detail->error->number ?? null,
        ]]);
    }
}
