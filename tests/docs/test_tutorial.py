"""The tutorial, typed from top to bottom."""

from pathlib import Path

from support.docs_console import Shell, fits, typed
from support.docs_pages import DOCS, FENCE, Block


def test_the_tutorial_answers_as_it_says(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    commands = 0
    for match in FENCE.finditer(text):
        block = Block("tutorial.md", match["kind"], tuple(match["words"].split()), match["text"],
                      text.count("\n", 0, match.start()) + 2)  # fmt: skip
        if block.kind == "file":
            (shell.folder / block.words[0]).write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            for line in typed(block):
                found = shell.run(line.command)
                assert fits(line.answer, found), f"tutorial.md:{line.line} $ {line.command}\n{found}"
                commands += 1
    assert commands >= 12
