"""Knows which names of character sets people's mail programs write, and what Python calls them.

Python would resolve `unicode_escape`, `idna` or `zlib` when a mail names them, so only what people write mail
in is let through.
"""

import re

_KNOWN = re.compile(
    r"utf-(8|7|16|16[lb]e|32|32[lb]e)|ascii|iso-8859-([1-9]|1[013-6])|latin-1|cp(125\d|874|932|949|936|950|437|850|852|855|858)"
    r"|cp(857|861|862|863|865|866)|koi8-[rut]|gb18030|gbk|gb2312|big5|big5hkscs|hz|iso-2022-(jp(-[123])?|kr)"
    r"|euc-(jp|kr)|mac-(roman|latin2|cyrillic|greek|turkish|iceland|romanian|croatian)"
)
_NUMBERED = (
    (re.compile(r"(?:iso-?)?-?8859-?(\d{1,2})(?:-?[ei]|-\d{4})?"), "iso-8859-"),
    (re.compile(r"(?:windows|win|cp|ms|msdos|dos|ibm|pc|codepage)-?(\d{3,4})"), "cp"),
    (re.compile(r"utf-?(\d{1,2})"), "utf-"),
    (re.compile(r"(?:unicode-\d-\d-)utf-?(\d)"), "utf-"),
)
_ALIASES = """
    ascii:      us-ascii us usascii 646 iso646-us iso-646-us ansi-x3.4-1968 ansi-x3.4-1986 ansi
    ascii:      ansi-x3-4-1968 iso-ir-6
    cp1252:     iso-8859-1 latin-1 latin1 l1 iso-latin-1 iso-ir-100 cp1252 western windows-ansi ansi-1252
    cp1252:     cp819
    utf-8:      utf8mb4 utf8 utf-8-sig unicode-2-0-utf-8 unicode utf8-mac utf
    utf-7:      unicode-1-1-utf-7 unicode-2-0-utf-7
    utf-16:     ucs-2 iso-10646-ucs-2 ucs2 utf16
    utf-16le:   utf16le utf-16-le utf-16le
    utf-16be:   utf16be utf-16-be utf-16be
    iso-8859-2: latin-2 latin2 l2 iso-ir-101
    cp1254:     iso-8859-9 latin-5 latin5 l5
    iso-8859-15: latin-9 latin9 l9
    cp874:      tis-620 tis620 iso-8859-11 thai
    cp932:      sjis shift-jis shiftjis s-jis ms-kanji windows-31j windows31j cswindows31j csshiftjis
    cp932:      jis-sjis shift-jisx0213
    euc-jp:     eucjp ujis cseucpkdfmtjapanese
    iso-2022-jp: iso2022jp jis csiso2022jp iso-2022-jp-ms iso-2022-jp-3 iso-2022-jp-2004 iso-2022-jp-1
    iso-2022-jp: iso-2022-jp-2 cp50220 cp50221 cp50222
    cp949:      euc-kr euckr ks-c-5601-1987 ks-c-5601-1989 ks-c-5601 ksc5601 ksc-5601 ks-x-1001 korean
    cp949:      uhc johab csksc56011987 windows-949 ks
    gb18030:    gb2312 gbk gb-2312-80 gb2312-80 gb-2312 euc-cn euccn cn-gb csgb2312 cp936 gb chinese
    gb18030:    gbk2312 gb18030-2000 gb1830
    big5hkscs:  big5 big5-hkscs cn-big5 big5-eten csbig5 big-5 cp950 big5-tw
    hz:         hz-gb-2312 hz-gb
    koi8-r:     koi8 koi cskoi8r koi8r
    koi8-u:     koi8-ru koi8u
    mac-roman:  macintosh mac macroman
    mac-latin2: mac-ce mac-centraleurroman mac-centraleurope maccentraleurope
    mac-cyrillic: mac-ukrainian maccyrillic
    mac-iceland: mac-icelandic
    mac-romanian: mac-romania
"""
"""Names with their superset: mail programs write the larger alphabet under the smaller one's name."""
_PYTHON_NAMES = {
    alias: name.strip()
    for name, _, aliases in (line.partition(":") for line in _ALIASES.strip().splitlines())
    for alias in aliases.split()
}
UNSAID = frozenset(
    ["", "unknown-8bit", "unknown", "user-defined", "8bit", "binary", "default", "none", "autodetect", "null"]
)
"""What programs write that do not know it either."""
_UNPLAIN = re.compile(r"[^a-z0-9.]+")


def python_name(charset: str) -> str:
    """The name under which Python knows a harmless character set; '' for all others.

    Args:
        charset: As a mail names it, in any spelling.
    """
    plain = _plain(charset)
    if plain in _PYTHON_NAMES:
        return _PYTHON_NAMES[plain]
    for numbered, family in _NUMBERED:
        if found := numbered.fullmatch(plain):
            plain = family + str(int(found[1]))
    plain = _PYTHON_NAMES.get(plain, plain)
    return plain if _KNOWN.fullmatch(plain) else ""


def is_known(charset: str) -> bool:
    """Whether people write mail in a character set of that name, or the name says that nobody knows."""
    return _plain(charset) in UNSAID or bool(python_name(charset))


def _plain(charset: str) -> str:
    # RFC 2231 §5 lets a language follow a star; some programs append what came next in the header.
    said = charset[:60].lower().partition("*")[0].partition(";")[0].strip(" \"'").removeprefix("charset=")
    return _UNPLAIN.sub("-", said).strip("-.").removeprefix("x-")
