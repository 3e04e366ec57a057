<?php
/**
 * The license counter in PHP: SoapServer and PDO with a persistent connection, for each request one UPDATE that commits by
 * itself. With PGSQL_ATTR_DISABLE_PREPARES it is one round trip: what PDO prepares does not outlive the request.
 */
declare(strict_types=1);

final class Counters
{
    public function IncrementFeatureUsage(object $request): array
    {
        return $this->change('UPDATE counters SET used = used + 1 WHERE id = ? AND used < maximum', $request);
    }

    public function DecrementFeatureUsage(object $request): array
    {
        return $this->change('UPDATE counters SET used = used - 1 WHERE id = ? AND used > 0', $request);
    }

    private function change(string $statement, object $request): array
    {
        $database = new PDO($_SERVER['BENCH_DATABASE'], null, null, [
            PDO::ATTR_PERSISTENT => true,
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::PGSQL_ATTR_DISABLE_PREPARES => true,
        ]);
        $update = $database->prepare($statement);
        $update->execute([$request->featureId]);
        if ($update->rowCount() !== 1) {
            throw new SoapFault('Server', 'No place left, or none to give back');
        }
        return [];
    }
}

$server = new SoapServer($_SERVER['BENCH_WSDL'], ['cache_wsdl' => WSDL_CACHE_BOTH]);
$server->setClass(Counters::class);
$server->handle();
