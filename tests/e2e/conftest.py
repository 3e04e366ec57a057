"""Makes the fixtures known to pytest."""

from fixtures import client, cluster, database, folder, module_folder, new_client, new_tally, tally  # noqa: F401
