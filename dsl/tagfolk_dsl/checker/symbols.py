"""All names a set of rule files may use: the vocabulary's and those that the files declare themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tagfolk_dsl.names import plural
from tagfolk_dsl.tree import (
    Card,
    Classify,
    Effect,
    File,
    Let,
    Rule,
    Score,
    Segment,
    Statement,
    TagDeclaration,
    Template,
    Use,
)
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, Vocabulary


@dataclass
class TagSymbol:
    """A tag as the files speak of it, before anything is resolved."""

    name: str
    kind: Literal["rules", "classify", "score"] = "rules"
    card: Card = field(default_factory=Card)
    declared: Statement | None = None
    """Its ``tag``, ``classify`` or ``score``."""
    grants: list[tuple[Effect, Statement]] = field(default_factory=list)
    """Effects that grant it, with the statement they stand in."""
    bands: Classify | None = None

    @property
    def many(self) -> bool:
        """Whether it keeps several values."""
        return self.card.many


@dataclass
class Symbols:
    """Every spelling of every name; see :func:`collect`. Keys are spellings, ``also`` names included."""

    vocabulary: Vocabulary
    events: dict[str, EventInfo] = field(default_factory=dict)
    plurals: dict[str, EventInfo] = field(default_factory=dict)
    attributes: dict[str, FieldInfo] = field(default_factory=dict)
    lets: dict[str, Let] = field(default_factory=dict)
    tags: dict[str, TagSymbol] = field(default_factory=dict)
    segments: dict[str, Segment] = field(default_factory=dict)
    uses: dict[str, Use] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    """All statements of all files, in file order, rules with their final names."""

    def event(self, spelling: str) -> EventInfo | None:
        """The event of a name, an also-name or a plural."""
        return self.events.get(spelling) or self.plurals.get(spelling)

    def words(self) -> frozenset[str]:
        """All spellings that the files declare, for the lexer."""
        named = [word for tag in self.tags.values() for value, others in tag.card.values for word in (value, *others)]
        return frozenset([*self.lets, *self.tags, *self.segments, *self.uses, *self.templates, *named])

    def metric_names(self) -> list[str]:
        """The names that have a value for each customer, for hints: lets, attributes, counts, valued tags."""
        named = [*{let.name for let in self.lets.values()}, *self.vocabulary.attributes]
        return [*named, *(counts(event)[0] for event in self.vocabulary.events)]

    def tag_names(self) -> list[str]:
        """The canonical names of the tags."""
        return list(dict.fromkeys(tag.name for tag in self.tags.values()))


def collect(files: Sequence[File], vocabulary: Vocabulary) -> Symbols:
    """Read the vocabulary and all statements. Of two declarations of one name the first counts."""
    symbols = Symbols(vocabulary, attributes=spellings(vocabulary.attributes))
    for event in vocabulary.events.values():
        for spelling in (event.name, *event.also):
            symbols.events.setdefault(spelling, event)
    for spelling, event in list(symbols.events.items()):
        for count in counts(spelling):
            if count not in symbols.events:
                symbols.plurals.setdefault(count, event)
    statements = [statement for file in files for statement in file.statements]
    symbols.statements = name_rules(statements, tag_spellings(statements))
    for statement in symbols.statements:
        _declare(symbols, statement)
    for tag in list(symbols.tags.values()):
        for spelling in tag.card.also:
            symbols.tags.setdefault(spelling, tag)
    for statement in symbols.statements:
        _grant(symbols, statement)
    return symbols


def counts(spelling: str) -> tuple[str, ...]:
    """The words that mean "how many of this event": ``purchases``, ``购买次数``."""
    latin = spelling[-1:].isascii() and spelling[-1:].isalpha()
    return (plural(spelling), spelling + "次数") if latin else (spelling + "次数",)


def spellings(fields: Mapping[str, FieldInfo]) -> dict[str, FieldInfo]:
    """Attributes or properties by each of their names; a name goes before an also-name."""
    found = dict(fields)
    for info in fields.values():
        for also in info.also:
            found.setdefault(also, info)
    return found


def tag_spellings(statements: Iterable[Statement]) -> dict[str, str]:
    """The also-names of declared tags → the tag's name."""
    declared = [s for s in statements if isinstance(s, (TagDeclaration, Classify, Score))]
    return {also: statement.name for statement in reversed(declared) for also in statement.card.also}


def name_rules(statements: Iterable[Statement], also: Mapping[str, str]) -> list[Statement]:
    """Call each rule without a name by its tag, with ``#2``, ``#3`` … over all files; no name is given twice.

    ``also``: also-names of tags → their names.
    """
    statements = list(statements)
    taken = {s.name for s in statements if isinstance(s, (Classify, Score)) or (isinstance(s, Rule) and s.named)}
    last: dict[str, int] = {}
    named: list[Statement] = []
    for statement in statements:
        if isinstance(statement, Rule) and not statement.named and statement.effects:
            tag = next((e.tag for e in statement.effects if not e.withhold), statement.effects[0].tag)
            tag = also.get(tag, tag)
            number = last.get(tag, 0) + 1
            while _numbered(tag, number) in taken:
                number += 1
            last[tag] = number
            taken.add(_numbered(tag, number))
            statement = statement.called(_numbered(tag, number))
        named.append(statement)
    return named


def _numbered(tag: str, number: int) -> str:
    return tag if number == 1 else f"{tag}#{number}"


def _declare(symbols: Symbols, statement: Statement) -> None:
    """Make a declared name known."""
    if isinstance(statement, Let):
        for spelling in (statement.name, *statement.card.also):
            symbols.lets.setdefault(spelling, statement)
    elif isinstance(statement, TagDeclaration):
        symbols.tags.setdefault(statement.name, TagSymbol(statement.name, "rules", statement.card, statement))
    elif isinstance(statement, Classify):
        known = TagSymbol(statement.name, "classify", statement.card, statement, bands=statement)
        symbols.tags.setdefault(statement.name, known)
    elif isinstance(statement, Score):
        symbols.tags.setdefault(statement.name, TagSymbol(statement.name, "score", statement.card, statement))
    elif isinstance(statement, Segment):
        for spelling in (statement.name, *statement.card.also):
            symbols.segments.setdefault(spelling, statement)
    elif isinstance(statement, Use):
        symbols.uses.setdefault(statement.name, statement)
    elif isinstance(statement, Template):
        symbols.templates.setdefault(statement.name, statement)
    elif isinstance(statement, Rule):
        symbols.rules.append(statement)


def _grant(symbols: Symbols, statement: Statement) -> None:
    """Make a tag known that a rule or a score grants. An also-name of a declared tag is that tag."""
    effects: tuple[Effect, ...] = ()
    if isinstance(statement, Rule):
        effects = statement.effects
    elif isinstance(statement, Score):
        effects = tuple(effect for grant in statement.grants for effect in grant.effects)
    for effect in effects:
        if effect.withhold:
            continue
        tag = symbols.tags.get(effect.tag)
        if tag is None:
            tag = symbols.tags[effect.tag] = TagSymbol(effect.tag)
        tag.grants.append((effect, statement))
