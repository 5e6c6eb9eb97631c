"""From a plan to the SQL of one engine, as sqlglot trees. What differs between engines is data in ``dialect``."""
