"""What encoding and line ends a text file has.

Byte order marks first, then UTF-16 by its zero bytes, then UTF-8 by being valid. What is left is one of the old
one- and two-byte encodings: each that can read the bytes is scored by how likely its letters are, the best wins.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tagfolk_plugins.sources._files import open_bytes

BLOCK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CANDIDATES = ("gb18030", "cp1252", "mac_roman", "big5", "shift_jis", "cp1251", "latin-1")
_SHOWN = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 with a byte order mark", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "gb18030": "GB18030 (GBK)", "cp1252": "Windows-1252", "mac_roman": "Mac Roman",
    "big5": "Big5", "shift_jis": "Shift JIS", "cp1251": "Windows-1251", "latin-1": "Latin-1",
}  # fmt: skip
_COMMON = frozenset("éèêëàâäáãåçñöóòôõüúùûíìîïßæøÉÈÀÂÄÁÅÇÑÖÓÜÚÍØ’‘“”–—…€°")


@dataclass(frozen=True)
class Encoding:
    """``codec``: Python's name. ``carriage``: lines end in a bare CR."""

    codec: str
    carriage: bool

    @property
    def plain(self) -> bool:
        """Whether DuckDB reads the file as it lies."""
        return self.codec in ("utf-8", "utf-8-sig") and not self.carriage

    @property
    def shown(self) -> str:
        """The encoding as people call it."""
        return _SHOWN.get(self.codec, self.codec)


def detect(path: Path, *, given: str | None = None, whole: bool = True) -> Encoding:
    """The encoding of a file; ``given`` is taken as said. ``whole``: look at all of it, not only its first megabyte."""
    blocks = _blocks(path, whole)
    first = next(blocks, b"")
    codec = given or _by_marks(first)
    if codec is None:
        codec = _valid_utf8(first, blocks) or _guess(path, whole, first)
    return Encoding(codec, _bare_carriage(first, codec))


def _blocks(path: Path, whole: bool) -> Iterator[bytes]:
    with open_bytes(path) as handle:
        while block := handle.read(BLOCK):
            yield block
            if not whole:
                return


def _by_marks(first: bytes) -> str | None:
    for mark, codec in _MARKS:
        if first.startswith(mark):
            return codec
    head = first[:4096]
    if head.count(0) > len(head) // 5:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return None


def _valid_utf8(first: bytes, rest: Iterator[bytes]) -> str | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(first)
        for block in rest:
            decoder.decode(block)
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _guess(path: Path, whole: bool, first: bytes) -> str:
    """The likeliest old encoding, by the lines that are not ASCII."""
    odd: list[bytes] = []
    size = 0
    for block in _blocks(path, whole):
        for line in block.replace(b"\r", b"\n").split(b"\n")[:-1] or [block]:
            if not line.isascii():
                odd.append(line)
                size += len(line)
        if size > 200_000:
            break
    mac = _bare_carriage(first, "latin-1")
    scores = {codec: _score(odd, codec) + (0.5 if mac and codec == "mac_roman" else 0) for codec in _CANDIDATES}
    return max(_CANDIDATES, key=lambda codec: scores[codec])


def _score(lines: list[bytes], codec: str) -> float:
    """How likely the non-ASCII characters are: letters in words are, symbols inside words are not; per byte."""
    total = 0.0
    odd_bytes = 0
    for line in lines[:5000]:
        odd_bytes += sum(b >= 0x80 for b in line)
        try:
            text = line.decode(codec)
        except UnicodeDecodeError:
            return -10.0
        for before, char in zip(" " + text, text):
            total += _likely(char, before)
    return total / max(odd_bytes, 1)


def _likely(char: str, before: str) -> float:
    if char < "\x80":
        return 0.0
    if "\u4e00" <= char <= "\u9fff":
        # the commoner half of Chinese characters lies in the first plane of GB2312, encoded in two bytes below D8
        return 2.4 if _common_chinese(char) else 0.8
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff5e":
        return 1.6
    if "\u3040" <= char <= "\u30ff":
        return 2.2
    if char in _COMMON:
        return 1.3
    if char.isalpha():
        same_script = before.isalpha() and (before > "\u0400") == (char > "\u0400")
        return 0.9 if same_script and char > "\u0400" else 0.4
    return -1.0 if before.isalpha() or "\x80" <= char < "\xa0" else -0.2


def _common_chinese(char: str) -> bool:
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return code[0] < 0xD8


def _bare_carriage(first: bytes, codec: str) -> bool:
    if codec.startswith("utf-16"):
        first = first[: len(first) // 2 * 2].decode(codec, errors="ignore").encode("utf-8")
    return first.count(b"\r") > 0 and b"\n" not in first
