"""Guesses in which alphabet bytes are written that do not say so, by the letters that the languages use.

UTF-8 and UTF-16 show for certain. Among the others the one counts under which the text reads like a language:
words of one script, small letters after great ones, accents that one language has together. In doubt it is
Western European, which is what most programs mean that say nothing.
"""

# ruff: noqa: RUF001 - the letters of other alphabets look like ours

import re
from collections.abc import Iterator
from functools import lru_cache

_EXAMINED = 4_000
_FEWEST_LETTERS = 4
_GOOD = 0.9
_MOSTLY = 0.7
_MOSTLY_ASCII = 0.3

_LATIN = (
    ("cp1252", "äöüßÄÖÜ"),
    ("cp1252", "éèàçùêâîôûëïœÉÀÇÊ"),
    ("cp1252", "áéíóúñüÁÉÍÓÚÑ¿¡ºª"),
    ("cp1252", "ãõáéíóúâêôçàÃÕÉÁÇºª"),
    ("cp1252", "àèéìòùÈÀ"),
    ("cp1252", "åäöæøéÅÄÖÆØ"),
    ("cp1252", "ðþáéíóúýöæÐÞÁÍÓÖ"),
    ("cp1250", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"),
    ("iso-8859-2", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"),
    ("cp1250", "áčďéěíňóřšťúůýžľĺŕäôÁČÉÍŘŠÚŽĽ"),
    ("iso-8859-2", "áčďéěíňóřšťúůýžľĺŕäôÁČÉÍŘŠÚŽĽ"),
    ("cp1250", "áéíóöőúüűÁÉÍÓÖŐÚÜŰ"),
    ("cp1250", "čćđšžČĆĐŠŽ"),
    ("cp1250", "ăâîşţĂÂÎŞŢ"),
    ("cp1254", "çğıöşüâÇĞİÖŞÜ"),
    ("cp1257", "ąčęėįšųūžĄČĘĖĮŠŲŪŽ"),
    ("cp1257", "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ"),
    ("cp1257", "äõöüšžÄÕÖÜŠŽ"),
)
"""Each language's letters beyond A to Z, those of the West first: they win a tie."""
_TYPOGRAPHIC = frozenset("\u00a0\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014\u2026\u2022€«»°§·©®\u00ad")
_SCRIPTS = (
    ("cp1251", re.compile("[А-Яа-яЁёЄєІіЇїҐґЎўЂђЈјЉљЊњЋћЏџѓќѕ]")),
    ("koi8-u", re.compile("[А-Яа-яЁёЄєІіЇїҐґ]")),
    ("cp866", re.compile("[А-Яа-яЁё]")),
    ("iso-8859-5", re.compile("[А-Яа-яЁёЄєІіЇїЎўЂђЈјЉљЊњЋћЏџ]")),
    ("mac-cyrillic", re.compile("[А-Яа-яЁёЄєІіЇїҐґ]")),
    ("cp1253", re.compile("[Α-Ωα-ωάέήίόύώϊϋΐΰΆΈΉΊΌΎΏς]")),
    ("cp1255", re.compile("[\u05d0-\u05ea]")),
    ("cp1256", re.compile("[\u0621-\u0652پچژگک]")),
    ("iso-8859-6", re.compile("[\u0621-\u0652]")),
    ("cp874", re.compile("[เ-ไ]?[กขคฆ-ฮ][ะ-ฺๅ็-๎]{0,4}|[ฯๆ๐-๙]")),
)
_HIGH = re.compile(r"[^\x00-\x7f]")
_THAI_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_WORD = re.compile(rf"[\w{_THAI_MARKS}]+")
_SHAPED = re.compile(rf"[^\W\d_]?(?:[^\W\d_A-ZА-ЯЁЄІЇҐΑ-ΩΆΈΉΊΌΎΏ]|[{_THAI_MARKS}])*|[А-ЯЁЄІЇҐΑ-ΩΆΈΉΊΌΎΏ]+")
_VOWELS = frozenset("аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄαεηιουωάέήίόύώΑΕΗΙΟΥΩ")
_WITHOUT_VOWELS = frozenset(["cp1255", "cp1256", "iso-8859-6", "cp874"])
_FREQUENT = frozenset("оеаинтсрвОЕАИНТСРВαοιετσνΑΟΙΕΤΣΝיוהלאתמרבנשאايلمنورتبאב")
_SYLLABLES = frozenset(
    "이다는에을의가로고하를은니사한지해요안서자시인어아기대리도정보원전수여주부일만나감녕습합세님회신"
)
_JAPANESE = (("cp932", "[\u3041-\u30fc]"), ("euc-jp", "[\u3041-\u30fc]"))
_CHINESE_AND_KOREAN = (("cp949", "[가-힣]"), ("gb18030", "[一-龥]"), ("big5hkscs", "[一-龥]"))
_HIGH_BIT = 0x80
_SPACE = 0x20
_SWITCHED_TO = {b"\x1b$@": "euc_jis_2004", b"\x1b$B": "euc_jis_2004", b"\x1b(I": "cp932"}
"""What follows an escape, once each byte has its eighth bit."""
_JAPANESE_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")


def guessed(raw: bytes) -> str:
    """The text of bytes without a usable label; never fails.

    Args:
        raw: Anything.
    """
    if raw.isascii() and b"\x1b" not in raw and b"\0" not in raw:
        return raw.decode("ascii")
    if wide := _wide(raw):
        return raw.decode(wide, "replace")
    if b"\x1b$" in raw and raw.isascii():
        return japanese(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not raw[: error.start].isascii():
            return raw.decode("utf-8", "replace")  # cut off within its last letter
    telling = b" ".join(word for word in raw[: 16 * _EXAMINED].split() if not word.isascii())
    return raw.decode(_alphabet(telling[:_EXAMINED]), "replace")


def japanese(raw: bytes) -> str:
    """ISO-2022-JP as mail programs write it: with circled digits, half-width letters and other extras.

    The standard allows only the letters of JIS X 0208 of 1983, and nobody keeps to it.
    """
    try:
        return raw.decode("iso2022_jp")
    except UnicodeDecodeError:
        pass
    escapes = list(_JAPANESE_ESCAPE.finditer(raw))
    starts = [0, *(each.end() for each in escapes)]
    ends = [*(each.start() for each in escapes), len(raw)]
    codecs = ["cp1252", *(_SWITCHED_TO.get(each[0], "cp1252") for each in escapes)]
    pieces = zip(starts, ends, codecs, strict=True)
    return "".join(_eight_bits(raw[start:end], codec) for start, end, codec in pieces)


def _eight_bits(piece: bytes, codec: str) -> str:
    if codec != "cp1252":
        piece = bytes(byte | _HIGH_BIT if byte > _SPACE else byte for byte in piece)
    return piece.decode(codec, "replace")


def _wide(raw: bytes) -> str:
    """UTF-16 shows by its mark, or by a zero in every other byte."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    begin = raw[:_EXAMINED]
    even, odd = begin[::2].count(0), begin[1::2].count(0)
    least = len(begin) * 0.3
    if odd > least and not even:
        return "utf-16-le"
    return "utf-16-be" if even > least and not odd else ""


@lru_cache(maxsize=64)
def _alphabet(raw: bytes) -> str:
    """The likeliest alphabet of bytes that are not UTF-8."""
    if sum(byte >= _HIGH_BIT for byte in raw) < len(raw) * _MOSTLY_ASCII:
        return _latin(raw)  # single accents in words of A to Z
    if found := _eastern(raw, _JAPANESE):  # so many kana come together by no chance
        return found
    best, _, name = max(_scripts(raw), default=(0.0, 0, ""))
    if best >= _GOOD:
        return name
    return _eastern(raw, _CHINESE_AND_KOREAN) or (name if best > _MOSTLY else "") or _latin(raw)


def _scripts(raw: bytes) -> Iterator[tuple[float, int, str]]:
    """Alphabets of other scripts, with the share of letters in words that read like one of theirs.

    The number of very frequent letters decides between two that would both do: KOI-8 has Cyrillic's small
    letters where others have the great ones.
    """
    for name, letters in _SCRIPTS:
        text = raw.decode(name, "replace")
        words = [word for word in _WORD.findall(text) if not word.isascii()]
        total = sum(map(len, words))
        strange = sum(not (_WORD.match(each) or each in _TYPOGRAPHIC) for each in _HIGH.findall(text))
        whole = [word for word in words if sum(map(len, letters.findall(word))) == len(word)]
        right = sum(len(word) for word in whole if _SHAPED.fullmatch(word))
        vowels = sum(letter in _VOWELS for word in words for letter in word)
        if total >= _FEWEST_LETTERS and (name in _WITHOUT_VOWELS or vowels * 4 >= total):
            yield right / (total + strange), sum(each in _FREQUENT for each in text), name


def _eastern(raw: bytes, alphabets: tuple[tuple[str, str], ...]) -> str:
    """One of the alphabets of two bytes a letter, by where their common letters lie."""
    for name, common in alphabets:
        text = _strictly(raw, name)
        letters = _HIGH.findall(text)
        found = re.findall(common, text)
        if len(letters) >= 2 and _reads(name, text, len(found) / len(letters)):  # noqa: PLR2004 - a surname
            return name
    return ""


def _reads(name: str, text: str, share: float) -> bool:
    if name in {"cp932", "euc-jp"}:
        half = sum("\uff61" <= letter <= "\uff9f" for letter in text)
        return share >= 0.25 and half <= len(text) * 0.1  # noqa: PLR2004 - a quarter is kana even in news
    if name == "cp949":
        return share >= _GOOD and sum(each in _SYLLABLES for each in text) * 5 >= len(_HIGH.findall(text))
    pairs = [letter.encode(name, "replace") for letter in _HIGH.findall(text) if "一" <= letter <= "龥"]
    first, last = (0xB0, 0xD7) if name == "gb18030" else (0xA4, 0xC6)
    common = sum(first <= pair[0] <= last for pair in pairs)
    return bool(pairs) and common >= _GOOD * len(pairs) and share >= _MOSTLY


def _strictly(raw: bytes, name: str) -> str:
    """The text, or '' where the bytes are none of that alphabet; the last letter may be cut off."""
    for piece in (raw, raw[:-1]):
        try:
            return piece.decode(name)
        except UnicodeDecodeError:
            continue
    return ""


def _latin(raw: bytes) -> str:
    best, chosen = -1.0, "cp1252"
    for name, letters in _LATIN:
        text = raw.decode(name, "replace")
        high = [each for each in _HIGH.findall(text) if each not in _TYPOGRAPHIC]
        score = sum(each in letters for each in high) / len(high) if high else 1.0
        if score > best:
            best, chosen = score, name
    return chosen
