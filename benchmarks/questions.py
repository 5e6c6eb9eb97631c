"""How well questions are answered: right, wrong, asked back and wrong while sure, per kind and language.

``python -m benchmarks.questions`` makes the tea demo and a shop like Online Retail (and the real log where
``../shared/data`` has it), runs them, asks every question of ``tests/bots/questions`` and holds the answers against
figures from plain SQL over the lake and the store.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
CORPORA = ROOT / "tests" / "bots" / "questions"
LOG = ROOT.parent / "shared" / "data" / "online_retail" / "online_retail.csv.gz"


def ask_all(root: Path, corpora: Iterable[Path], *, show: bool) -> tuple[Counter[tuple[str, str, str]], list[float]]:
    """Every question of some corpora over one workspace: (kind, language, verdict) → how many, and the seconds."""
    from support.questions import gold, judge, put, read_questions
    from tagfolk_bots.conversation import Conversation
    from tagfolk_bots.messages import Incoming
    from tagfolk_engine.query import Desk
    from tagfolk_engine.workspace import open_workspace

    con, desk = gold(open_workspace(root)), Desk.open(root)
    talk = Conversation(desk)
    talk.reply(Incoming("how many customers"))
    found: Counter[tuple[str, str, str]] = Counter()
    seconds: list[float] = []
    for corpus in corpora:
        for asked in read_questions(corpus):
            began = time.perf_counter()
            answer = put(talk, asked)
            seconds.append(time.perf_counter() - began)
            verdict = judge(asked, answer, con)
            found[asked.kind, asked.language, verdict.what] += 1
            if verdict.what == "wrong" and verdict.sure:
                found[asked.kind, asked.language, "sure"] += 1
            if show and verdict.what != "right":
                print(f"  {verdict.what}{' (sure)' if verdict.sure else ''}: {asked.text}\n    {verdict.why}")
    desk.close()
    return found, seconds


def report(name: str, found: Counter[tuple[str, str, str]], seconds: list[float]) -> None:
    """One table: a line per kind and language, and the whole."""
    print(f"\n{name}: {len(seconds)} questions\n{'kind':<12}{'':<4}{'right':>7}{'back':>7}{'wrong':>7}{'sure':>7}")
    for kind, language in sorted({(k, lang) for k, lang, _ in found}):
        print(
            f"{kind:<12}{language:<4}"
            + "".join(f"{found[kind, language, w]:>7}" for w in ("right", "back", "wrong", "sure"))
        )
    for language in ("en", "zh", ""):
        sums = {
            w: sum(n for (_, lang, what), n in found.items() if what == w and language in ("", lang))
            for w in ("right", "back", "wrong", "sure")
        }
        asked = sums["right"] + sums["back"] + sums["wrong"]
        shares = f"  right {sums['right'] / asked:.1%}, wrong while sure {sums['sure'] / asked:.1%}"
        print(f"{'all':<12}{language:<4}" + "".join(f"{n:>7}" for n in sums.values()) + shares)
    ordered = sorted(seconds)
    print(f"seconds, warm: median {ordered[len(ordered) // 2]:.3f}, p95 {ordered[int(len(ordered) * 0.95)]:.3f}")


def main() -> None:
    """Make the workspaces, ask, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--show", action="store_true", help="print what was not answered right")
    show = options.parse_args().show
    from support.retail_shop import make
    from tagfolk_engine.demo import write
    from tagfolk_engine.run import run
    from tagfolk_engine.workspace import open_workspace

    with tempfile.TemporaryDirectory() as folder:
        places = {"tea": Path(folder) / "tea", "retail": Path(folder) / "retail"}
        write(places["tea"], "tea")
        make(places["retail"])
        if LOG.is_file():
            places["retail, the real log"] = make(Path(folder) / "real", LOG, "order")
        for name, root in places.items():
            run(open_workspace(root))
            kind = name.split(",", 1)[0]
            found, seconds = ask_all(root, sorted(CORPORA.glob(f"{kind}*.txt")), show=show)
            report(name, found, seconds)


if __name__ == "__main__":
    main()
