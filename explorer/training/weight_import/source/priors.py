"""What a training program says beside its networks: how it draws latents, how it scales pictures."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from explorer.training.weight_import.source.following.reading import Source
from explorer.training.weight_import.source.vocabulary import CODE, LABEL, LATENT

_NORMAL = frozenset(("randn", "normal", "normal_", "standard_normal", "randn_like", "gauss"))
_UNIFORM = frozenset(("rand", "uniform", "uniform_", "random_sample"))
_RARELY = frozenset(("alpha", "eps", "epsilon", "weight", "weights", "imgs", "image", "images", "bias"))


@dataclass(frozen=True)
class Prior:
    """How latents are drawn.

    Attributes
    ----------
    kind : {"normal", "uniform"}
    low, high : float
        Of a uniform one; of a normal one the mean and the standard deviation.
    line : int
    """

    kind: str
    low: float
    high: float
    line: int = 0

    def __str__(self) -> str:
        if self.kind == "uniform":
            return f"uniform from {self.low:g} to {self.high:g}"
        return "standard normal" if (self.low, self.high) == (0, 1) else f"normal around {self.low:g}, ±{self.high:g}"


def prior_in(source: Source, *, of_code: bool = False) -> Prior | None:
    """How a program draws what it calls a latent, or the code of an InfoGAN; None where it does not say."""
    votes: Counter[tuple[str, float, float]] = Counter()
    lines: dict[tuple[str, float, float], int] = {}
    fed = _fed_names(source.tree)
    for name, value in _named_values(source.tree):
        for call in _draws(value):
            known = "z" if name in fed and not of_code else name
            if (found := _prior(call)) and (weight := _code_weight(name) if of_code else _weight(known, call)):
                key = _changed(found, *(_affine(value, call) or (1.0, 0.0)))
                votes[key] += weight
                lines.setdefault(key, call.lineno)
    if not votes:
        return None
    (best, _), *_ = votes.most_common(1)
    return Prior(*best, lines[best])


def prior_of_draw(name: str) -> Prior | None:
    """The prior that a function's name says by itself."""
    last = name.rpartition(".")[2]
    return Prior("normal", 0, 1) if last in _NORMAL else Prior("uniform", 0, 1) if last in _UNIFORM else None


def _named_values(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Values and the names they get, by assignment, as arguments or as what is returned."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield ast.unparse(node.targets[0])[:60], node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield ast.unparse(node.target)[:60], node.value
        elif isinstance(node, ast.Expr):
            yield _target(node.value), node.value
        elif isinstance(node, ast.Call):
            yield from ((_called(node), each) for each in node.args if isinstance(each, ast.Call))
        elif isinstance(node, ast.Return) and node.value is not None:
            yield "", node.value


def _target(node: ast.expr) -> str:
    """What an expression such as ``z.normal_(0, 1)`` or ``noise.resize_(n).normal_()`` changes."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _fed_names(tree: ast.Module) -> set[str]:
    """Names of what is handed to a generator or a decoder."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args and _called(node)]
    return {first.id for node in calls if isinstance(first := node.args[0], ast.Name)}


def _called(node: ast.Call) -> str:
    name = ast.unparse(node.func)[-40:].rpartition(".")[2]
    return "z" if name.lower() in ("g", "netg", "generator", "gen", "decoder", "decode", "g_ema") else ""


def _draws(value: ast.expr) -> Iterator[ast.Call]:
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            yield node


def _weight(name: str, call: ast.Call) -> int:
    """How surely a call draws a latent: by the name that gets it, and by the sizes it names."""
    last = name.rpartition(".")[2].split(",")[0].strip()
    if last.lower() in _RARELY or LABEL.search(last) or (CODE.search(last) and not LATENT.search(last)):
        return 0
    sized = any(LATENT.search(each.id) for each in ast.walk(call) if isinstance(each, ast.Name)) or any(
        LATENT.search(each.attr) for each in ast.walk(call) if isinstance(each, ast.Attribute)
    )
    return 3 * bool(LATENT.search(last)) + 2 * sized


def _code_weight(name: str) -> int:
    last = name.rpartition(".")[2].split(",")[0].strip()
    return int(bool(CODE.search(last) and not LATENT.search(last)))


def _changed(prior: Prior, factor: float, term: float) -> tuple[str, float, float]:
    """Kind and numbers of a prior whose draws are multiplied and shifted."""
    if prior.kind == "normal":
        return prior.kind, prior.low * factor + term, prior.high * abs(factor)
    low, high = sorted((prior.low * factor + term, prior.high * factor + term))
    return prior.kind, low, high


def _affine(node: ast.expr, call: ast.Call) -> tuple[float, float] | None:
    """By what an expression multiplies and shifts a call inside it, as ``2 * torch.rand(n) - 1`` does; else None."""
    if node is call:
        return 1.0, 0.0
    if isinstance(node, ast.BinOp):
        for side, other, is_left in ((node.left, node.right, True), (node.right, node.left, False)):
            found, number = _affine(side, call), _number(other)
            if found is not None and number is not None:
                return _by_operator(node.op, found, number, is_left=is_left)
        return None
    inner = [*node.args, node.func] if isinstance(node, ast.Call) else []
    inner += [node.value] if isinstance(node, ast.Attribute) else []
    return next((found for each in inner if (found := _affine(each, call)) is not None), None)


def _by_operator(
    operator: ast.operator, found: tuple[float, float], number: float, *, is_left: bool
) -> tuple[float, float] | None:
    factor, term = found
    if isinstance(operator, ast.Mult):
        return factor * number, term * number
    if isinstance(operator, ast.Div) and is_left and number:
        return factor / number, term / number
    if isinstance(operator, ast.Add):
        return factor, term + number
    if isinstance(operator, ast.Sub):
        return (factor, term - number) if is_left else (-factor, number - term)
    return None


def _prior(call: ast.Call) -> Prior | None:
    name = (
        call.func.attr
        if isinstance(call.func, ast.Attribute)
        else call.func.id
        if isinstance(call.func, ast.Name)
        else ""
    )
    numbers = [number for each in call.args[:2] if (number := _number(each)) is not None]
    named = {word.arg: _number(word.value) for word in call.keywords}
    if name in _NORMAL:
        takes = name in ("normal", "normal_") and len(numbers) == 2
        return Prior("normal", *(numbers if takes else (0.0, 1.0)))
    if name in _UNIFORM:
        if name in ("uniform", "uniform_") and len(numbers) == 2:
            return Prior("uniform", numbers[0], numbers[1]) if numbers[0] < numbers[1] else None
        low, high = named.get("low"), named.get("high")
        return Prior("uniform", 0.0 if low is None else low, 1.0 if high is None else high)
    return None


def _number(node: ast.expr) -> float | None:
    sign = 1.0
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1.0
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and abs(node.value) < 1e6:
        return sign * float(node.value)
    return None


def normalisation_in(source: Source) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Mean and standard deviation by which a program normalises pictures of 0 to 1; None where it does not say."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Normalize":
            parts = [*node.args, *(word.value for word in node.keywords if word.arg in ("mean", "std"))][:2]
            numbers = [_numbers(part) for part in parts]
            if len(numbers) == 2 and all(numbers) and all(each > 0 for each in numbers[1]):
                return numbers[0], numbers[1]
    return None


def _numbers(node: ast.expr) -> tuple[float, ...]:
    if isinstance(node, ast.List | ast.Tuple):
        found = [_number(each) for each in node.elts]
    elif isinstance(node, ast.ListComp):
        found = [_number(node.elt)]
    else:
        found = [_number(node)]
    return tuple(each for each in found if each is not None) if None not in found else ()
