"""PartiQL: statements, parameters, batches and transactions."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import fill, item, make, number, text
from conformance.scenarios.dynamodb.write import FAILED, INVALID


@scenario("dynamodb/partiql_select")
def partiql_select(t: Driver) -> None:
    """SELECT reads one item, a partition or the table; conditions are SQL's."""
    client, table = make(t, "sk")
    fill(client, table, *(item("a", str(n), n=n) for n in range(1, 4)))

    def select(rest: str, *parameters: Any, **more: Any) -> None:
        t.step(rest)
        given = {"Parameters": [*parameters]} if parameters else {}
        client.execute_statement(Statement=f"SELECT {rest.format(table)}", **given, **more)

    select('* FROM "{}" WHERE pk = ? AND sk = ?', text("a"), text("2"))
    select('n FROM "{}" WHERE pk = ? AND n > ?', text("a"), number(1))
    select("* FROM \"{}\" WHERE pk = 'a' AND sk BETWEEN '1' AND '2'")
    select("* FROM \"{}\" WHERE pk IN ['a', 'b'] AND sk = '3'")
    select('* FROM "{}" WHERE pk = ?', text("nothing"))


@scenario("dynamodb/partiql_writes")
def partiql_writes(t: Driver) -> None:
    """INSERT makes what is not there, UPDATE and DELETE change what is."""
    client, table = make(t)

    def run(statement: str) -> dict[str, Any]:
        t.step(statement)
        return {"Statement": statement.format(f'"{table}"')}

    client.execute_statement(**run("INSERT INTO {} VALUE {{'pk': 'a', 'n': 1, 'l': [1, 'x', true]}}"))
    duplicate = run("INSERT INTO {} VALUE {{'pk': 'a'}}")
    t.fails("DuplicateItemException", client.execute_statement, **duplicate)
    client.execute_statement(**run("UPDATE {} SET n = n + 1 REMOVE l WHERE pk = 'a' RETURNING ALL NEW *"))
    t.fails(FAILED, client.execute_statement, **run("UPDATE {} SET n = 1 WHERE pk = 'b'"))
    client.execute_statement(**run("DELETE FROM {} WHERE pk = 'a' RETURNING ALL OLD *"))
    client.execute_statement(**run("DELETE FROM {} WHERE pk = 'a'"))


@scenario("dynamodb/partiql_refused")
def partiql_refused(t: Driver) -> None:
    """Bad syntax, a missing table, a parameter too few, and a write without its whole key."""
    client, table = make(t, "sk")
    t.fails(INVALID, client.execute_statement, Statement="SELEKT")
    t.fails(INVALID, client.execute_statement, Statement=f'SELECT * FROM "{table}" WHERE pk = ?')
    t.fails(INVALID, client.execute_statement, Statement=f"UPDATE \"{table}\" SET n = 1 WHERE pk = 'a'")
    t.fails(INVALID, client.execute_statement, Statement=f"INSERT INTO \"{table}\" VALUE {{'pk': 'a'}}")
    missing = f"SELECT * FROM \"{table}-x\" WHERE pk = 'a'"
    t.fails("ResourceNotFoundException", client.execute_statement, Statement=missing)


@scenario("dynamodb/partiql_batch")
def partiql_batch(t: Driver) -> None:
    """Each statement of a batch has an answer of its own, an error too."""
    client, table = make(t)
    insert = {"Statement": f"INSERT INTO \"{table}\" VALUE {{'pk': ?}}", "Parameters": [text("a")]}
    client.batch_execute_statement(Statements=[insert])
    select = {"Statement": f"SELECT * FROM \"{table}\" WHERE pk = 'a'"}
    t.step("an error among them")
    client.batch_execute_statement(Statements=[select, {"Statement": f"SELECT * FROM \"{table}-x\" WHERE pk = 'a'"}])


@scenario("dynamodb/partiql_transaction")
def partiql_transaction(t: Driver) -> None:
    """A transaction's statements go together; a failure cancels all."""
    client, table = make(t)
    one, two = (f"INSERT INTO \"{table}\" VALUE {{'pk': '{name}'}}" for name in "ab")
    client.execute_transaction(TransactStatements=[{"Statement": one}])
    both = [{"Statement": two}, {"Statement": one}]
    t.fails("TransactionCanceledException", client.execute_transaction, TransactStatements=both)
    client.scan(TableName=table)
