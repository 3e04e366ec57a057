#!/bin/sh
# Generates the SOAP stubs from the contract: generate.sh OUTPUT_FOLDER
#
# What lands in the folder depends on the contract, typemap.dat and the version of gSOAP only: time stamps are taken
# out, so that a test can compare it with the committed files byte for byte.
set -eu

[ $# -eq 1 ] || { echo "usage: $0 OUTPUT_FOLDER" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
output=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# gSOAP repeats file names and options in its output: run it where both are always the same.
cd "$work"
python3 "$here/one_binding.py" "$here/StorageServerService.wsdl" StorageServerService.wsdl
cp "$here/typemap.dat" typemap.dat
wsdl2h -L -c++17 -P -y -o service.h StorageServerService.wsdl >wsdl2h.log 2>&1 || { cat wsdl2h.log >&2; exit 1; }
soapcpp2 -j -S -L -x -w -c++17 service.h >soapcpp2.log 2>&1 || { cat soapcpp2.log >&2; exit 1; }

# A file that did not change keeps its time: compiling soapC.cpp takes half a minute.
mkdir clean
for file in soapH.h soapStub.h soapC.cpp soapStorageServerServiceSoapService.h soapStorageServerServiceSoapService.cpp \
            StorageServerServiceSoap.nsmap; do
  sed -E 's/ [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT//' "$file" >"clean/$file"
  cmp -s "clean/$file" "$output/$file" || cp "clean/$file" "$output/$file"
done
