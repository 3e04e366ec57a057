"""The contract under `?WSDL` is read by the generators of client code that Debian and npm offer, without a warning.

Each is run as its page says, against the running server, and must know every operation. What it always says of classic
ASP.NET services (there is a binding for SOAP 1.2, an import without a location) or of the vendor's names is listed with
it; every other complaint fails the test.
"""

import dataclasses
import os
import pathlib
import re
import subprocess

import pytest

import driver
import promises

COMPLAINT = re.compile(r"warn|error|fail|unresolved|cannot|could not|unsupported|not found", re.IGNORECASE)
TIMEOUT = 300

AXIS_JARS = ("axis", "jaxrpc", "saaj", "wsdl4j", "commons-discovery", "commons-logging", "javax.mail", "javax.activation")
AXIS = ":".join("/usr/share/java/%s.jar" % jar for jar in AXIS_JARS)
BINARIES = pathlib.Path(os.environ.get("TALLY_NODE_MODULES", "")) / ".bin"


@dataclasses.dataclass
class Generator:
    name: str
    command: str      # for a shell in an empty folder; $WSDL is the address
    made: str         # a glob of the file where operations stand, or - for what is printed
    operation: str    # a pattern that finds the names of operations there
    known: str = "$^" # a pattern of the complaints that are not about the contract


GENERATORS = [
    Generator("gSOAP wsdl2h and soapcpp2", "wsdl2h -Ntally -o service.h $WSDL && soapcpp2 -j -C -L service.h",
              "soapStorageServerServiceSoapProxy.h", r"virtual int send_(\w+)\(",
              r"identifier 'xml\w+' starts with or embeds 'xml'|Compilation successful \(5 warnings\)"),
    Generator("KDSoap kdwsdl2cpp", "kdwsdl2cpp -o service.h $WSDL", "service.h", r"void async(\w+)\("),
    Generator("zeep", "python3 -mzeep $WSDL", "-", r"^ +(\w+)\(.*\) -> "),
    Generator("suds", "python3 -c 'import suds.client, sys; print(suds.client.Client(sys.argv[1]))' $WSDL", "-", r"^ +(\w+)\("),
    Generator("PySimpleSOAP", "python3 %s $WSDL" % (driver.HERE / "python" / "list_pysimplesoap.py"), "-", r"^(\w+)$"),
    Generator("SOAP::Lite stubmaker", "stubmaker $WSDL", "StorageServerService.pm", r"^'?(\w+)'? => \{"),
    Generator("SOAP::WSDL wsdl2perl", "wsdl2perl -b . $WSDL", "MyInterfaces/*/StorageServerServiceSoap.pm", r"^sub (\w+)",
              r"cannot import document for namespace >http://microsoft.com/wsdl/types/< without location"),
    Generator("JAX-WS wsimport", "sh /usr/share/jaxws/bin/wsimport.sh -extension -keep -Xnocompile $WSDL",
              "com/*/*/*/*/*/StorageServerServiceSoap.java", r'@WebMethod\((?:operationName = "(\w+)")',
              r"uses a non-standard SOAP 1.2 binding"),
    Generator("Axis WSDL2Java", "java -cp %s org.apache.axis.wsdl.WSDL2Java $WSDL" % AXIS,
              "com/*/*/*/*/*/StorageServerServiceSoap.java", r"public \S+ (\w+)\("),
    Generator("Mono wsdl", "wsdl $WSDL && mcs -target:library -r:System.Web.Services StorageServerService.cs",
              "StorageServerService.cs", r"public \S+ (\w+)\("),
    Generator("Mono svcutil",
              "svcutil $WSDL && mcs -target:library -r:System.ServiceModel -r:System.Runtime.Serialization output.cs",
              "output.cs", r"public \S+ (\w+) ?\("),
    Generator("strong-soap", "node %s $WSDL" % (driver.HERE / "node" / "list_strong_soap.js"), "-", r"^(\w+)$"),
    Generator("wsdl-tsclient",
              "curl -sf -o contract.wsdl $WSDL && NODE_NO_WARNINGS=1 %s contract.wsdl -o ." % (BINARIES / "wsdl-tsclient"),
              "*/client.ts", r"^    (\w+)Async\("),
]


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda generator: generator.name)
def test_a_generator_takes_the_whole_contract_without_a_warning(generator, tally, tmp_path):
    environment = {**driver.environment(), "WSDL": tally.soap_url + "?WSDL", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["bash", "-ec", generator.command], cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TIMEOUT, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr

    if generator.made == "-":
        made, said = done.stdout, done.stderr
    else:
        made, said = "".join(path.read_text() for path in tmp_path.glob(generator.made)), done.stdout + done.stderr
    found = {name.lower() for name in re.findall(generator.operation, made, re.MULTILINE)}
    assert not {name for name in promises.outcome_of_each() if name.lower() not in found}
    complaints = [line for line in said.splitlines() if COMPLAINT.search(line)]
    assert not [line for line in complaints if not re.search(generator.known, line)]
