"""Who is measured, in the order of the tables; one file for each, beside what it runs."""
from .naive import Gsoap, Naive, NaiveTransaction
from .nginx import Nginx
from .node import Node
from .pgbench import Pgbench
from .php import Php
from .tally import Tally

ALL = {each.name: each for each in (Tally, Naive, NaiveTransaction, Node, Php, Pgbench, Gsoap, Nginx)}
