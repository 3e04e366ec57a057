"""Python runs this first where PYTHONPATH names its folder: so programs that run as they stand are watched as tests are."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

import rest_contract  # noqa: E402

rest_contract.watch()
