"""PartiQL statement by statement: what SELECT finds, what is changed, and what is refused."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import fill, index, item, make, number, text
from conformance.scenarios.dynamodb.write import FAILED, INVALID


class Statements:
    """Statements on one table with the items a/1 to a/3 and b/1; ``{}`` stands for its quoted name."""

    def __init__(self, t: Driver, **params: Any) -> None:
        self.t = t
        self.client, self.table = make(t, "sk", **params)
        deep = {"M": {"k": {"L": [text("x"), number(7)]}}}
        fill(
            self.client, self.table, *(item("a", str(n), n=n, g=f"g{n % 2}", m=deep) for n in (1, 2, 3)), item("b", "1")
        )

    def params(self, statement: str, values: tuple[Any, ...]) -> dict[str, Any]:
        self.t.step(statement)
        given = {"Parameters": [*values]} if values else {}
        return {"Statement": statement.replace("{}", f'"{self.table}"'), **given}

    def runs(self, statement: str, *values: Any, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.execute_statement(**self.params(statement, values), **more)
        return answer

    def refuses(self, statement: str, *values: Any, code: str = INVALID) -> None:
        self.t.fails(code, self.client.execute_statement, **self.params(statement, values))


@scenario("dynamodb/partiql_conditions")
def partiql_conditions(t: Driver) -> None:
    """Comparisons, BETWEEN, IN, IS MISSING and logic in WHERE."""
    s = Statements(t)
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND n >= 2")
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND n <> 2")
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND (n = 1 OR n = 3)")
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND n IN [1, 3]")
    s.runs("SELECT sk FROM {} WHERE pk = 'b' AND n IS MISSING")
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND n IS NOT MISSING")
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND NOT n = 1")


@scenario("dynamodb/partiql_functions")
def partiql_functions(t: Driver) -> None:
    """begins_with, contains, size, attribute_type and EXISTS within WHERE."""
    s = Statements(t)
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND begins_with(sk, '2')")
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND contains(g, '1')")
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND size(g) = 2")
    s.runs("SELECT sk FROM {} WHERE pk = 'a' AND attribute_type(n, 'N')")


@scenario("dynamodb/partiql_projections")
def partiql_projections(t: Driver) -> None:
    """Attributes, members and elements may be picked."""
    s = Statements(t)
    s.runs("SELECT n, g FROM {} WHERE pk = 'a' AND sk = '1'")
    s.runs("SELECT m.k FROM {} WHERE pk = 'a' AND sk = '1'")
    s.runs("SELECT m.k[1] FROM {} WHERE pk = 'a' AND sk = '1'")
    s.runs("SELECT nope FROM {} WHERE pk = 'a' AND sk = '1'")


@scenario("dynamodb/partiql_index")
def partiql_index(t: Driver) -> None:
    """An index is named after the table, with a dot."""
    s = Statements(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g", "sk")])
    s.runs("SELECT sk FROM {}.\"by-g\" WHERE g = 'g1'")
    s.refuses("SELECT sk FROM {}.\"by-x\" WHERE g = 'g1'")


@scenario("dynamodb/partiql_insert")
def partiql_insert(t: Driver) -> None:
    """INSERT of values of every kind, by text and by parameter."""
    s = Statements(t)
    s.runs(
        "INSERT INTO {} VALUE {'pk': 'c', 'sk': '1', 'n': -1.5, 'b': false, 'z': null, 'l': [1, []], 'm': {'k': 'v'}}"
    )
    s.runs("INSERT INTO {} VALUE {'pk': 'c', 'sk': ?, 's': ?}", text("2"), {"SS": ["a", "b"]})
    s.runs("INSERT INTO {} VALUE {'pk': 'c', 'sk': '3', 'q': 'it''s', 'ss': <<'a', 'b'>>}")
    s.runs("SELECT * FROM {} WHERE pk = 'c'")


@scenario("dynamodb/partiql_insert_refused")
def partiql_insert_refused(t: Driver) -> None:
    """An INSERT without its keys, with keys of other types, of no item."""
    s = Statements(t)
    s.refuses("INSERT INTO {} VALUE {'sk': '1'}")
    s.refuses("INSERT INTO {} VALUE {'pk': 1, 'sk': '1'}")
    s.refuses("INSERT INTO {} VALUE 'x'")
    s.refuses("INSERT INTO {} VALUE {'pk': '', 'sk': '1'}")
    s.refuses("INSERT INTO {} VALUES {'pk': 'a', 'sk': '9'}")


@scenario("dynamodb/partiql_update")
def partiql_update(t: Driver) -> None:
    """UPDATE sets, adds, joins and removes; RETURNING says what."""
    s = Statements(t)
    where = " WHERE pk = 'a' AND sk = '1'"
    s.runs("UPDATE {} SET n = n + 10, fresh = 'x'" + where + " RETURNING ALL NEW *")
    s.runs("UPDATE {} SET m.k[0] = 'y'" + where + " RETURNING MODIFIED NEW *")
    s.runs("UPDATE {} SET m.k = list_append(m.k, [8])" + where + " RETURNING MODIFIED OLD *")
    s.runs("UPDATE {} REMOVE fresh REMOVE g" + where + " RETURNING ALL OLD *")
    s.runs("SELECT * FROM {} WHERE pk = 'a' AND sk = '1'")


@scenario("dynamodb/partiql_update_refused")
def partiql_update_refused(t: Driver) -> None:
    """An UPDATE needs the whole key, an item that is there, and leaves the key alone."""
    s = Statements(t)
    s.refuses("UPDATE {} SET n = 1 WHERE pk = 'a'")
    s.refuses("UPDATE {} SET n = 1")
    s.refuses("UPDATE {} SET sk = 'x' WHERE pk = 'a' AND sk = '1'")
    s.refuses("UPDATE {} SET n = 1 WHERE pk = 'x' AND sk = '1'", code=FAILED)
    s.refuses("UPDATE {} SET n = 1 WHERE pk = 'a' AND sk = '1' AND n = 99", code=FAILED)
    s.refuses("UPDATE {} SET n = n + 'x' WHERE pk = 'a' AND sk = '1'")


@scenario("dynamodb/partiql_delete")
def partiql_delete(t: Driver) -> None:
    """DELETE takes one item, if its condition holds."""
    s = Statements(t)
    s.runs("DELETE FROM {} WHERE pk = 'a' AND sk = '1' AND n = 1")
    s.refuses("DELETE FROM {} WHERE pk = 'a' AND sk = '2' AND n = 99", code=FAILED)
    s.runs("DELETE FROM {} WHERE pk = 'a' AND sk = '3' RETURNING ALL OLD *")
    s.refuses("DELETE FROM {} WHERE pk = 'a'")
    s.refuses("DELETE FROM {}")


@scenario("dynamodb/partiql_pages")
def partiql_pages(t: Driver) -> None:
    """A statement with a limit gives a token, with which it goes on."""
    s = Statements(t)
    page = s.runs("SELECT sk FROM {} WHERE pk = 'a'", Limit=2)
    s.runs("SELECT sk FROM {} WHERE pk = 'a'", Limit=2, NextToken=page["NextToken"])
    s.runs("SELECT sk FROM {} WHERE pk = 'a'", ReturnConsumedCapacity="TOTAL", ConsistentRead=True)


@scenario("dynamodb/partiql_parameters_refused")
def partiql_parameters_refused(t: Driver) -> None:
    """As many parameters as question marks."""
    s = Statements(t)
    t.tries(s.client.execute_statement, **s.params("SELECT * FROM {} WHERE pk = ?", ()))
    s.refuses("SELECT * FROM {} WHERE pk = ? AND sk = ?", text("a"))
    t.tries(s.client.execute_statement, **s.params("SELECT * FROM {} WHERE pk = ?", (text("a"), text("b"))))
    t.tries(s.client.execute_statement, **s.params("SELECT * FROM {} WHERE pk = 'a'", (text("a"),)))


@scenario("dynamodb/partiql_syntax")
def partiql_syntax(t: Driver) -> None:
    """What is no statement."""
    s = Statements(t)
    for wrong in (
        "SELECT",
        "SELECT * {}",
        "SELECT * FROM",
        "DROP TABLE {}",
        "SELECT * FROM {} WHERE",
        "*",
        "UPDATE {}",
    ):
        s.refuses(wrong)


@scenario("dynamodb/partiql_batch_errors")
def partiql_batch_errors(t: Driver) -> None:
    """Each statement of a batch fails by itself, with a code of its own."""
    s = Statements(t)

    def batch(title: str, *statements: str) -> None:
        t.step(title)
        asked = [{"Statement": each.replace("{}", f'"{s.table}"')} for each in statements]
        t.tries(s.client.batch_execute_statement, Statements=asked)

    batch("a duplicate", "INSERT INTO {} VALUE {'pk': 'a', 'sk': '1'}", "INSERT INTO {} VALUE {'pk': 'n', 'sk': '1'}")
    batch("a failed condition", "DELETE FROM {} WHERE pk = 'a' AND sk = '1' AND n = 99")
    batch("a bad statement", "SELEKT", "INSERT INTO {} VALUE {'pk': 'o', 'sk': '1'}")
    batch("half a key", "SELECT * FROM {} WHERE pk = 'a'")
    batch(
        "reads and writes", "SELECT * FROM {} WHERE pk = 'a' AND sk = '1'", "DELETE FROM {} WHERE pk = 'a' AND sk = '2'"
    )


@scenario("dynamodb/partiql_batch_refused")
def partiql_batch_refused(t: Driver) -> None:
    """A batch has 1 to 25 statements."""
    s = Statements(t)
    loose = t.client("dynamodb", parameter_validation=False)
    t.fails(INVALID, loose.batch_execute_statement, Statements=[])
    select = {"Statement": f"SELECT * FROM \"{s.table}\" WHERE pk = 'a' AND sk = '1'"}
    t.fails(INVALID, loose.batch_execute_statement, Statements=[select] * 26)


@scenario("dynamodb/partiql_transaction_reasons")
def partiql_transaction_reasons(t: Driver) -> None:
    """A transaction of reads, one of writes, a duplicate, an EXISTS, and one that mixes."""
    s = Statements(t)

    def transact(title: str, *statements: str) -> None:
        t.step(title)
        asked = [{"Statement": each.replace("{}", f'"{s.table}"')} for each in statements]
        t.tries(s.client.execute_transaction, TransactStatements=asked)

    transact("reads", *(f"SELECT n FROM {{}} WHERE pk = 'a' AND sk = '{n}'" for n in (1, 9)))
    transact(
        "a duplicate", "INSERT INTO {} VALUE {'pk': 'a', 'sk': '1'}", "INSERT INTO {} VALUE {'pk': 'p', 'sk': '1'}"
    )
    exists = "EXISTS(SELECT * FROM {} WHERE pk = 'a' AND sk = '1' AND n = 1)"
    transact("exists", exists, "UPDATE {} SET n = 5 WHERE pk = 'a' AND sk = '2'")
    transact("exists no more", exists.replace("n = 1", "n = 9"), "DELETE FROM {} WHERE pk = 'a' AND sk = '2'")
    transact("mixed", "SELECT n FROM {} WHERE pk = 'a' AND sk = '1'", "DELETE FROM {} WHERE pk = 'a' AND sk = '3'")
