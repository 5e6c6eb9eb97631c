"""Writes ``rows.txt`` anew: run it after a deliberate change of the tree, and read the difference before committing."""

from support.language_rows import NAMES, ROWS, read, show
from tagfolk_dsl.parser import parse_condition


def main() -> None:
    out = []
    for texts, _ in read():
        tree, errors = parse_condition(texts[0], NAMES)
        assert tree is not None, (texts[0], errors)
        out.append("\n".join(texts) + "\n    " + show(tree) + "\n")
    ROWS.write_text("\n".join(out), "utf-8")


if __name__ == "__main__":
    main()
