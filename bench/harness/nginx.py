"""An nginx of our own, which needs a folder that its user may write to."""
import os
import pathlib
import shutil
import uuid

from . import machine, soap_calls
from .processes import Failure, Service, unprivileged, wait_until


def version():
    return machine.first_match(r"nginx/(\S+)", machine.output([program(), "-v"]))


def program():
    return shutil.which("nginx") or "/usr/sbin/nginx"


def home(folder, name):
    """A folder for what runs without privileges."""
    made = pathlib.Path(folder) / name
    made.mkdir(exist_ok=True)
    if user := unprivileged():
        os.chown(made, user.pw_uid, user.pw_gid)
    return made


def start(folder, template, **values):
    """Starts it by a template in which @NAME@ stands for values; `folder` is one of home()."""
    text = template.read_text()
    for name, value in ({"FOLDER": folder} | values).items():
        text = text.replace(f"@{name}@", str(value))
    configuration = folder / "nginx.conf"
    configuration.write_text(text)
    return Service([program(), "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log")],
                   folder / "output.log", user=unprivileged())


def wait_for_answers(port, services):
    """Until the service behind the port answers anything at all to a question about a counter that there is not."""
    nobody = str(uuid.UUID(int=0))
    question = soap_calls.message("DecrementFeatureUsage", sessionId=nobody, featureId=nobody)

    def answers():
        for service in services:
            service.check_alive()
        try:
            return soap_calls.call(port, question)[0] != 502
        except (OSError, Failure):
            return False

    if not wait_until(answers, 20):
        raise Failure(f"nothing answers at port {port}")
