"""Ledgers as older versions of remediator left them: the tables of each schema, with rows in them."""

import sqlalchemy as sa

SCHEMAS = (1, 2, 3, 4, 5)
"""The versions before this one."""

_FIRST = """
CREATE TABLE ledger_schema (id INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (id));
CREATE TABLE outcomes (
    plan_id VARCHAR(64) NOT NULL, rule VARCHAR(100) NOT NULL, repository VARCHAR(100), route VARCHAR(20) NOT NULL,
    status VARCHAR(20) NOT NULL, reference TEXT, addresses TEXT, opened_at {time}, merged_at {time}, applied_at {time},
    live_at {time}, closed_at {time}{outcomes}, PRIMARY KEY (plan_id));
CREATE INDEX ix_outcomes_repository ON outcomes (repository);
CREATE TABLE fingerprints (
    plan_id VARCHAR(64) NOT NULL, position INTEGER NOT NULL, fingerprint VARCHAR(64) NOT NULL,
    PRIMARY KEY (plan_id, position), FOREIGN KEY(plan_id) REFERENCES outcomes (plan_id) ON DELETE CASCADE);
CREATE INDEX ix_fingerprints_fingerprint ON fingerprints (fingerprint);
CREATE TABLE targets (
    plan_id VARCHAR(64) NOT NULL, position INTEGER NOT NULL, account VARCHAR(100) NOT NULL,
    region VARCHAR(100) NOT NULL, resource_id TEXT NOT NULL, address TEXT, attribute TEXT, value TEXT{targets},
    PRIMARY KEY (plan_id, position), FOREIGN KEY(plan_id) REFERENCES outcomes (plan_id) ON DELETE CASCADE);
"""

_FIFTH = """
CREATE TABLE dashboards (repository VARCHAR(100) NOT NULL, PRIMARY KEY (repository));
CREATE TABLE invitations (
    kind VARCHAR(20) NOT NULL, place VARCHAR(200) NOT NULL, unit VARCHAR(64) NOT NULL, reference TEXT NOT NULL,
    state VARCHAR(20) NOT NULL, opened_at {time} NOT NULL, seen_at {time} NOT NULL, PRIMARY KEY (kind, place, unit));
CREATE INDEX ix_invitations_state ON invitations (state);
CREATE TABLE leases (
    name VARCHAR(40) NOT NULL, holder VARCHAR(64) NOT NULL, host TEXT NOT NULL, expires_at {time} NOT NULL,
    PRIMARY KEY (name));
INSERT INTO dashboards VALUES ('infra');
INSERT INTO invitations VALUES (
    'request', 'infra', '', '3', 'merged', '2026-11-02 08:00:00', '2026-11-03 08:00:00');
"""


def write(url: str, version: int) -> None:
    """Make a ledger of that version: a merged request with a target, and an open one of two findings."""
    engine = sa.create_engine(url)
    postgresql = engine.dialect.name == "postgresql"
    time = "TIMESTAMP WITH TIME ZONE" if postgresql else "DATETIME"
    outcomes = targets = ""
    if version >= 2:
        targets += ", root TEXT, workspace TEXT"
    if version >= 3:
        targets += ", kind TEXT"
    if version >= 4:
        outcomes += f", pending VARCHAR(40), held INTEGER NOT NULL, snoozed_until {time}"
        outcomes += ", owner VARCHAR(40), monthly VARCHAR(40)"
    if version >= 5:
        outcomes += ", beside TEXT, linked INTEGER NOT NULL"
    text = _FIRST.format(time=time, outcomes=outcomes, targets=targets)
    text += _FIFTH.format(time=time) if version >= 5 else ""
    with engine.begin() as connection:
        if postgresql:
            connection.exec_driver_sql("SET TIME ZONE 'UTC'")
        for statement in filter(str.strip, text.split(";\n")):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"INSERT INTO ledger_schema VALUES (1, {version})")
        for plan_id, status, merged in (("aaaa", "merged", "'2026-11-04 12:00:00.000250'"), ("bbbb", "opened", "NULL")):
            connection.exec_driver_sql(
                "INSERT INTO outcomes (plan_id, rule, repository, route, status, reference, addresses, opened_at, "
                f"merged_at) VALUES ('{plan_id}', 'idle_gpu', 'infra', 'pull request', '{status}', '{plan_id}', "
                f"'[\"aws_instance.x\"]', '2026-11-03 12:00:00', {merged})"
                if version < 4
                else "INSERT INTO outcomes (plan_id, rule, repository, route, status, reference, addresses, opened_at, "
                f"merged_at, held, owner, monthly, snoozed_until{', linked, beside' if version >= 5 else ''}) VALUES "
                f"('{plan_id}', 'idle_gpu', 'infra', 'pull request', '{status}', '{plan_id}', "
                f"'[\"aws_instance.x\"]', '2026-11-03 12:00:00', {merged}, 2, 'own-{plan_id}', '12.40', "
                f"'2026-12-01 00:00:00'{', 1, ' + repr('FIN-1') if version >= 5 else ''})"
            )
        connection.exec_driver_sql(
            "INSERT INTO fingerprints VALUES ('aaaa', 0, 'aaaa'), ('bbbb', 0, 'bbbb'), ('bbbb', 1, 'cccc')"
        )
        connection.exec_driver_sql(
            "INSERT INTO targets (plan_id, position, account, region, resource_id, address, attribute, value) "
            "VALUES ('aaaa', 0, 'ml-dev', 'us-east-1', 'i-1', 'aws_instance.x', 'iops', '3000')"
        )
    engine.dispose()
