"""The calculator: exact where that is possible, and never anything but arithmetic."""

import ast
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context as DecimalContext
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field

from conversations.tools.errors import ToolError

MOST_CHARACTERS = 1000
MOST_BITS = 14_000  # of a numerator or denominator: some 4,200 digits
MOST_FACTORIAL = 1000
MOST_PLACES = 1000
EXACT_DIGITS, ROUGH_DIGITS = 30, 15
SPELLINGS = str.maketrans(
    {"^": "**", "\N{MULTIPLICATION SIGN}": "*", "\N{DIVISION SIGN}": "/", "\N{MINUS SIGN}": "-"}
)

Expression = Annotated[
    str,
    Field(
        description="For example (17 * 23 - 4) / 7, 2 ** 100 or sqrt(2).",
        max_length=MOST_CHARACTERS,
    ),
]


@dataclass(frozen=True)
class Number:
    """A value, and whether it is just that one."""

    value: Fraction
    exact: bool = True


def calculate(expression: Expression) -> dict[str, str | bool]:
    """Work out an arithmetic expression exactly: use it for every calculation beyond the simplest.

    It knows + - * / // % **, parentheses, pi, e, tau, and abs, ceil, cos, exp, factorial, floor,
    gcd, lcm, ln, log10, log2, max, min, round, sin, sqrt, sum, tan (angles in radians).
    """
    try:
        return _told(_number(_read(expression.strip().translate(SPELLINGS))))
    except (SyntaxError, MemoryError, RecursionError) as error:
        raise ToolError("This is no arithmetic expression that can be read.") from error
    except ZeroDivisionError as error:
        raise ToolError("This divides by zero.") from error
    except (OverflowError, ValueError) as error:
        raise ToolError("This has no value, or one that is too large.") from error


def _read(source: str) -> ast.expr:
    """The expression, in which decimals are just what is written, however many digits they have."""
    tree = ast.parse(source, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            written: Any = ast.get_source_segment(source, node)
            node.value = _exactly(written)
    return tree.body


def _exactly(written: str) -> Any:
    if abs(Decimal(written).adjusted()) > MOST_BITS:
        raise OverflowError
    return Fraction(written)


def _number(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=int() | Fraction() as value) if not isinstance(value, bool):
            return _bounded(Number(Fraction(value)))
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in SIGNS:
            number = _number(operand)
            return Number(SIGNS[type(op)](number.value), number.exact)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_number(left), _number(right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            one, other = _number(left), _number(right)
            made = Fraction(OPERATIONS[type(op)](one.value, other.value))
            return _bounded(Number(made, one.exact and other.exact))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return _applied(name, [_number(arg) for arg in args])
        case _:
            raise ToolError(
                f"Only arithmetic can be worked out, and this is a {type(node).__name__}."
            )


def _power(base: Number, exponent: Number) -> Number:
    value = exponent.value
    if value.denominator != 1:
        return _rough(float(base.value) ** float(value))
    if _bits(base.value) * abs(value.numerator) > MOST_BITS and abs(base.value) != 1:
        raise OverflowError
    return Number(Fraction(base.value**value.numerator), base.exact and exponent.exact)


def _applied(name: str, given: list[Number]) -> Number:
    values = [number.value for number in given]
    exact = all(number.exact for number in given)
    try:
        if name in ROUGH:
            return _rough(ROUGH[name](*map(float, values)))
        if name == "sqrt":
            return _root(*given)
        return _bounded(Number(Fraction(EXACT[name](*values)), exact))
    except TypeError as error:
        raise ToolError(f"{name} can't take {len(given)} numbers of this kind.") from error


def _root(of: Number) -> Number:
    top, below = math.isqrt(of.value.numerator), math.isqrt(of.value.denominator)
    if of.exact and (top * top, below * below) == of.value.as_integer_ratio():
        return Number(Fraction(top, below))
    return _rough(math.sqrt(of.value))


def _factorial(value: Fraction) -> int:
    if value > MOST_FACTORIAL:
        raise OverflowError
    return math.factorial(_whole(value))


def _whole(value: Fraction) -> int:
    if value.denominator != 1:
        raise ValueError
    return value.numerator


def _rounded(value: Fraction, places: Fraction = Fraction(0)) -> Fraction:
    """To the nearest, halves away from zero, as people round."""
    scale = Fraction(10) ** max(-MOST_PLACES, min(_whole(places), MOST_PLACES))
    nearest = math.floor(abs(value) * scale + Fraction(1, 2)) / scale
    return nearest if value >= 0 else -nearest


def _rough(value: float | complex) -> Number:
    if isinstance(value, complex) or not math.isfinite(value):
        raise OverflowError
    return Number(Fraction(value), exact=False)


def _bounded(number: Number) -> Number:
    if _bits(number.value) > MOST_BITS:
        raise OverflowError
    return number


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _told(number: Number) -> dict[str, str | bool]:
    value = number.value
    if not number.exact:
        return {"result": _decimal(value, ROUGH_DIGITS), "exact": False}
    if value.denominator == 1:
        return {"result": str(value.numerator), "exact": True}
    written = _decimal(value, EXACT_DIGITS)
    if Fraction(written) == value:
        return {"result": written, "exact": True}
    return {"result": written, "exact": False, "fraction": str(value)}


def _decimal(value: Fraction, digits: int) -> str:
    divided = DecimalContext(prec=digits).divide(
        Decimal(value.numerator), Decimal(value.denominator)
    )
    plain = divided.normalize()
    return f"{plain:f}" if -digits < plain.adjusted() < digits else str(plain)


CONSTANTS = {
    name: Number(Fraction(getattr(math, name)), exact=False) for name in ("pi", "e", "tau")
}
SIGNS: dict[type[ast.unaryop], Callable[[Fraction], Fraction]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction | int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
ROUGH: dict[str, Callable[..., float]] = {
    "cos": math.cos,
    "exp": math.exp,
    "ln": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "sin": math.sin,
    "tan": math.tan,
}
EXACT: dict[str, Callable[..., Fraction | int]] = {
    "abs": abs,
    "ceil": math.ceil,
    "factorial": _factorial,
    "floor": math.floor,
    "gcd": lambda *values: math.gcd(*map(_whole, values)),
    "lcm": lambda *values: math.lcm(*map(_whole, values)),
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "round": _rounded,
    "sum": lambda *values: sum(values, Fraction(0)),
}
FUNCTIONS = {*ROUGH, *EXACT, "sqrt"}
