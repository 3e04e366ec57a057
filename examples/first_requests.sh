#!/bin/sh
# Logs in, takes a place of a license option, gives it back and logs out, with curl alone.
# Usage: first_requests.sh [URL of StorageServerService.asmx]
set -eu

url=${1:-http://127.0.0.1:8080/DocsVision/StorageServer/StorageServerService.asmx}
namespace=http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/
option=da212a06-edcd-461f-8134-c5e39f1559f7

# call OPERATION PARAMETERS: posts one request and prints the reply; fails, and tells why, unless the status is 200.
call() {
  reply=$(curl --silent --show-error --max-time 30 --write-out '\n%{http_code}' "$url" \
    --header 'Content-Type: text/xml; charset=utf-8' \
    --header "SOAPAction: \"$namespace$1\"" \
    --data-binary "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>
<$1 xmlns=\"$namespace\">
$2
</$1></soap:Body></soap:Envelope>")
  case $reply in
    *'
200') printf '%s\n' "${reply%???}" ;;
    *) printf '%s was refused: %s\n' "$1" "$reply" >&2; return 1 ;;
  esac
}

login=$(call SessionLogin '<baseName></baseName><sessionSettings></sessionSettings>')
session=$(printf '%s' "$login" | sed -n 's|.*<sessionId>\([^<]*\)</sessionId>.*|\1|p')
echo "Log-in: session $session"

log_out() {
  call SessionLogout "<sessionId>$session</sessionId>" > /dev/null
  echo 'Log-out: the session is closed'
}
trap log_out EXIT

call IncrementFeatureUsage "<sessionId>$session</sessionId><featureId>$option</featureId>" > /dev/null
echo "Increment: one place of option $option is taken"

call DecrementFeatureUsage "<sessionId>$session</sessionId><featureId>$option</featureId>" > /dev/null
echo 'Decrement: it is given back'
