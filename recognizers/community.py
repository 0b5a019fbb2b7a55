"""ORGANIZATION, TREATMENT_FACILITY and RECOVERY_GROUP: names told by their head noun, by what leads to them, by day.

- A name is a row of words that ends (or goes on) in a head noun ("credit union", "detox"): in a text with capitals the
  row is of capitalised words, in lower-case talk of words that are not common ones. Kinds alone ("county jail", "the
  hospital") are no names.
- What leads to a name ("works at", "detoxed at") makes a name of the row behind it, head noun or not.
- A weekday or a group word with a name or a time makes a recovery group; it goes on over its place ("at the depot").
- Chains and public agencies are known by name (lexicons/community.txt).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.labels import Label
from recognizers.community_groups import groups
from recognizers.community_words import Terms, Token, load_lists, load_stop, terms, tokens
from recognizers.disclosure_forms import word_set
from recognizers.disclosure_phrases import plain
from recognizers.reading import Found, Reading

LONGEST = 6  # words of a name before its head
JOINING = word_set("of the de la del y & and los las el and on at for")
# heads that are everyday words: in lower-case talk they need a preposition before the name
WEAK = word_set(
    "house home haven landing ranch hall unit ward lodge annex residence general memorial regional medical residential "
    "treatment counseling mission court circuit place arms club gym group local nation air oil power coffee "
    "paper trust "
    "works rail mill mine store stop market bank high school schools center centre company co inc line crew network "
    "partners council society services family families fund union police legion eagles elks moose bar grill kitchen "
    "plant garage auto tire hotel motel inn casa pavilion emergency general skilled kidney er va icu juvenile shelter "
    "inpatient outpatient rehab prep tech trading nails foods pizza donuts salon spa cab rides news radio delivery air "
    "stake congregation drugs energy mutual security loan terrace acres gardens towers apartments rental "
    "supply storage "
    "haul lines boats seafood fruit nut steel welding machine holdings solutions temps associates brothers tavern"
)
LEADS = word_set(
    "at from to in of for with behind by outside past near on called into through under above via is a the"
)
TITLE = word_set(
    "dr mr mrs ms miss officer judge nurse pastor deacon sister brother father reverend rev coach chief sgt"
)
# common words that also open names ("First Methodist", "new river community clinic")
OPENING = word_set(
    "new old big little great good first second third two three four five seven long high golden better best"
)
WORK = word_set(
    "work works worked working job jobs shift shifts gig hired employed fired retired cashier welder driver "
    "nurse cook steward "
    "foreman drive drives drove driving haul hauling roofing welding stock stocks pack packs class classes "
    "student goes go going "
    "enrolled studies teaches graduated sings usher deacon choir mass member peer specialist coach wash "
    "dishes nights days "
    "cleans cleaning bake bakes manager clerk cage line janitor custodian teacher boss supervisor account "
    "card bank lady girl guy "
    "bathroom lot parking office counter program fish plant company party"
)
CARE = word_set(
    "detox detoxed rehab inpatient treatment iop php intake admitted discharged released committed "
    "transferred bed beds stay stays "
    "stayed staying hearing locked time bid years months days dosed dose dosing clinic doctor nurse counselor "
    "therapist patient "
    "sent took brought drove hold housed inmate resident living out appointment ward floor back home went "
    "been was is he's she's "
    "i'm im hes shes are up over down land landed ended visiting visit"
)
# behind these a capital is a place or a house more often than not
BARE = word_set("at from behind outside past near to by")
PREP = word_set("at for from in to with of")
NOT_NAMES = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october "
    "november december i i'm i've i'd i'll aa na ga a a.a n.a god lord jesus christmas easter thanksgiving "
    "medicaid medicare ok "
    "hiv ptsd facebook zoom tv ssi ssdi ebt snap id mrn dob phq gad am pm english spanish us u.s usa new america"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    text: str = field(repr=False)
    words: list[Token] = field(repr=False)
    cased: bool

    def joined(self, i: int) -> bool:
        """Whether word i follows word i-1 within a name: a space, a hyphen, a point of an abbreviation between."""
        gap = self.text[self.words[i - 1].end : self.words[i].start]
        return gap in (" ", "-", "") or (gap == ". " and len(self.words[i - 1].low) <= 3)


@dataclass(frozen=True, slots=True)
class Community:
    """The recognizer. Linear in the text; keeps nothing between documents."""

    lists: dict[str, frozenset[str]] = field(default_factory=load_lists, repr=False)
    stop: frozenset[str] = field(default_factory=load_stop, repr=False)
    name: str = "community"
    version: str = "1"
    labels: frozenset[Label] = frozenset({Label.ORGANIZATION, Label.TREATMENT_FACILITY, Label.RECOVERY_GROUP})
    heads: Terms = field(init=False, repr=False)
    chains: Terms = field(init=False, repr=False)

    def __post_init__(self) -> None:
        heads = self.lists["FACILITY_HEAD"] | self.lists["ORG_HEAD"]
        object.__setattr__(self, "heads", terms(sorted(heads)))
        object.__setattr__(self, "chains", terms(sorted(self.lists["CHAIN"] | self.lists["JAILS"])))

    def find(self, reading: Reading) -> Iterable[Found]:
        """Names in offsets of `reading.text`."""
        return self.find_text(reading.text, cased=reading.cased)

    def find_text(self, text: str, *, cased: bool = True) -> list[Found]:
        """The same on a text as such; `cased`: whether capitals mean something in it."""
        words = tokens(text, plain(text))
        seen = _Text(text=text, words=words, cased=cased)
        return [
            *self._headed(seen),
            *self._known(seen),
            *self._led(seen),
            *groups(text, words, cased, self.lists, self.stop),
        ]

    def _headed(self, seen: _Text) -> Iterator[Found]:
        words, i = seen.words, 0
        while i < len(words):
            size = self.heads.at(words, i)
            if not size:
                i += 1
                continue
            first, last = self._left(seen, i), self._right(seen, i + size - 1)
            if first < i and self._is_name(seen, first, i, size):
                yield _found(seen, first, last, self._label(words, i, size), 0.85 if seen.cased else 0.75)
            i += size

    def _left(self, seen: _Text, i: int) -> int:
        """First word of the name whose head is at i."""
        words, first = seen.words, i
        while first > 0 and i - first < LONGEST and seen.joined(first):
            word = words[first - 1]
            if seen.cased:
                bridge = word.low in JOINING and first > 1 and words[first - 2].cap and seen.joined(first - 1)
                if not (word.cap or bridge) or (word.cap and word.low in self.stop and not bridge and first - 1 == 0):
                    break
                if word.low in TITLE:
                    break
            elif word.low in self.stop and word.low != "of":
                break
            first -= 1
        while first < i and (words[first].low in JOINING | TITLE or (words[first].low in self.stop - OPENING)):
            first += 1
        if not seen.cased and first > 1 and words[first - 1].low in OPENING and seen.joined(first) and first < i:
            first -= words[first - 2].low in LEADS
        return first

    def _right(self, seen: _Text, last: int) -> int:
        """Last word of the name that has its head's end at `last`."""
        words, end = seen.words, last
        while end + 1 < len(words) and end - last < 4 and seen.joined(end + 1):
            word = words[end + 1]
            if seen.cased and word.cap and word.low not in NOT_NAMES and word.low not in self.stop:
                end += 1
            elif (
                seen.cased
                and word.low in JOINING
                and end + 2 < len(words)
                and words[end + 2].cap
                and words[end + 2].low not in NOT_NAMES
                and seen.joined(end + 2)
            ):
                end += 2
            else:
                break
        return end

    def _is_name(self, seen: _Text, first: int, i: int, size: int) -> bool:
        words = seen.words
        inner = [w for w in words[first:i] if w.low not in JOINING]
        if all(w.low in self.lists["GENERIC"] for w in inner):
            return (
                seen.cased
                and all(w.cap for w in words[i : i + size])
                and any(w.cap for w in inner)
                and len(inner) + size > 2
            )
        if seen.cased:
            return any(w.cap and not w.low.isdigit() for w in inner)
        head = " ".join(w.low for w in words[i : i + size])
        if head not in WEAK:
            return True
        before = words[first - 1].low if first else ""
        return before in LEADS or (before == "the" and first > 1 and words[first - 2].low in LEADS)

    def _label(self, words: list[Token], i: int, size: int) -> Label:
        head = " ".join(w.low for w in words[i : i + size])
        return Label.TREATMENT_FACILITY if head in self.lists["FACILITY_HEAD"] else Label.ORGANIZATION

    def _known(self, seen: _Text) -> Iterator[Found]:
        """Chains, agencies and prisons by name."""
        words, i = seen.words, 0
        while i < len(words):
            size = self.chains.at(words, i)
            if size and (words[i].cap if seen.cased else self._lower_chain(words, i, size)):
                name = " ".join(w.low for w in words[i : i + size])
                label = Label.TREATMENT_FACILITY if name in self.lists["JAILS"] else Label.ORGANIZATION
                yield _found(seen, i, i + size - 1, label, 0.8)
            i += max(1, size)

    def _lower_chain(self, words: list[Token], i: int, size: int) -> bool:
        """In lower case a chain of one common word needs a preposition before it."""
        before = words[i - 1].low if i else ""
        if before in ("the", "a") and i > 1:
            before = words[i - 2].low
        return size > 1 or before in PREP or words[i].low not in COMMON_CHAINS

    def _led(self, seen: _Text) -> Iterator[Found]:
        """What stands behind "works at", "detoxed at", and capitals behind "at"."""
        words = seen.words
        for i in range(1, len(words) - 1):
            if words[i].low not in PREP | BARE:
                continue
            before, start = words[i - 1].low, i + 1
            if words[start].low in ("the", "that", "this") and start + 1 < len(words):
                start += 1
            work, care = before in WORK, before in CARE
            if words[i].low == "of" or (words[i].low == "to" and before in ("going", "go", "it's", "lot")):
                work = care = False
            if not (work or care or (seen.cased and words[i].low in BARE)):
                continue
            end = self._run(seen, start)
            if end < start or not seen.joined(start):
                continue
            if not seen.cased and all(w.low in self.lists["GENERIC"] for w in words[start : end + 1]):
                continue
            label = Label.TREATMENT_FACILITY if care and not work else Label.ORGANIZATION
            yield _found(
                seen, start, end, label, (0.65 if work or care or words[i].low == "at" else 0.55) if seen.cased else 0.5
            )

    def _run(self, seen: _Text, start: int) -> int:
        """Last word of the row of name-like words from `start` on; start - 1 for none."""
        words, end = seen.words, start - 1
        longest = LONGEST if seen.cased else 3
        while end + 1 < len(words) and end + 1 - start < longest and (end < start or seen.joined(end + 1)):
            word = words[end + 1]
            if seen.cased:
                if word.cap and word.low not in NOT_NAMES and not word.low[0].isdigit():
                    end += 1
                elif (
                    end >= start
                    and word.low in JOINING
                    and end + 2 < len(words)
                    and words[end + 2].cap
                    and words[end + 2].low not in NOT_NAMES
                    and seen.joined(end + 2)
                ):
                    end += 2
                else:
                    break
            elif word.low in self.stop or word.low in NOT_NAMES or word.low[0].isdigit():
                break
            else:
                end += 1
        return end


COMMON_CHAINS = word_set(
    "target shell pilot sonic ups subway chase ford jeep dow ross kaiser chime uber sysco pnc aldi regions "
    "love's packard dominos "
    "burlington michaels marshalls"
)


def _found(seen: _Text, first: int, last: int, label: Label, score: float) -> Found:
    start, end = seen.words[first].start, seen.words[last].end
    if seen.text[end - 1] in "'’":
        end -= 1
    return Found(start=start, end=end, label=label, score=score)
