import pytest

from conversations.tools.calculate import calculate
from conversations.tools.errors import ToolError


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("17*23", "391"),
        ("(17 * 23 - 4) / 9", "43"),
        ("0.1 + 0.2", "0.3"),
        ("1/7*7", "1"),
        ("2^10 + 1", "1025"),
        ("6 \N{DIVISION SIGN} 4 \N{MULTIPLICATION SIGN} 2", "3"),
        ("2**-3", "0.125"),
        ("7 // 2 + 7 % 2", "4"),
        ("-3 + +5", "2"),
        ("2 ** 100", "1267650600228229401496703205376"),
        ("100000000000000000000000.5 + 0.1", "100000000000000000000000.6"),
        ("sqrt(9/4)", "1.5"),
        ("round(2.675, 2)", "2.68"),
        ("round(-2.5)", "-3"),
        ("gcd(12, 18) + lcm(4, 6) + max(1, 2) + min(1, 2) + sum(1, 2, 3)", "27"),
        ("factorial(20)", "2432902008176640000"),
        ("1e-40", "1E-40"),
    ],
)
def test_what_has_an_exact_value_gets_it(expression: str, result: str) -> None:
    assert calculate(expression) == {"result": result, "exact": True}


@pytest.mark.parametrize(
    ("expression", "result"),
    [("sqrt(2)", "1.4142135623731"), ("2 ** 0.5", "1.4142135623731"), ("ln(e)", "1")],
)
def test_what_is_rounded_says_so(expression: str, result: str) -> None:
    assert calculate(expression) == {"result": result, "exact": False}


def test_a_fraction_without_a_decimal_end_is_given_as_one_too() -> None:
    told = calculate("1/3")

    assert told == {"result": "0.3333333333333333333333333333", "exact": False, "fraction": "1/3"}


@pytest.mark.parametrize(
    "expression",
    [
        "10 ** 10 ** 10",
        "9 ** 9 ** 9 ** 9",
        "1e999999999",
        "factorial(100000)",
        "1.5 ** 1000000",
        "exp(1000)",
        "sqrt(-1)",
        "(-8) ** (1/3)",
        "ln(0)",
        "gcd(1.5, 2)",
        "min()",
    ],
)
def test_what_is_too_large_or_has_no_value_is_refused_at_once(expression: str) -> None:
    with pytest.raises(ToolError, match="no value, or one that is too large"):
        calculate(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "(1).real",
        "'a' * 3",
        "[1, 2]",
        "True + 1",
        "1j",
        "x",
        "open('f')",
        "max(1, key=2)",
        "(lambda: 1)()",
        "0.1 == 0.1",
    ],
)
def test_nothing_but_arithmetic_is_done(expression: str) -> None:
    with pytest.raises(ToolError, match="Only arithmetic"):
        calculate(expression)


@pytest.mark.parametrize("expression", ["", "17 *", "(" * 300 + "1" + ")" * 300, "a b", "1;2"])
def test_what_can_not_be_read_is_said_to_be_so(expression: str) -> None:
    with pytest.raises(ToolError, match="can be read"):
        calculate(expression)


def test_division_by_zero_is_named() -> None:
    with pytest.raises(ToolError, match="divides by zero"):
        calculate("1 / (2 - 2)")


def test_a_function_with_too_many_numbers_is_named() -> None:
    with pytest.raises(ToolError, match="sin can't take 2"):
        calculate("sin(1, 2)")
