"""The words with which notes speak of days: months, weekdays, "until", "back on", in twenty languages.

All languages stand in one table: hardly a month's name means another month elsewhere, and notes mix them.
"""
# ruff: noqa: RUF001, E501 - letters of other alphabets look like ours; a line of a table is a month or a weekday

import re

from mailer.replies.machines.phrases import any_of

_MONTHS = r"""
    jan|january|januari|januar|janvier|janv|enero|ene|gennaio|gen|janeiro|stycznia|styczeń|stycz|sty|tammiku\w*|leden|ledna|январ\w|янв|січн\w|січень|січ|ocak|ιανουαρίου|januára|január|ianuarie
    feb|february|februari|februar|février|févr|fév|fevrier|febrero|febbraio|febb|fevereiro|fev|lutego|luty|lut|helmiku\w*|únor|února|феврал\w|фев|лют\w\w|лютого|лют|şubat|şub|februára|február|februarie
    mar|march|märz|maerz|mrz|mär|mars|marzo|maart|mrt|março|marca|marzec|marts|maaliskuu\w*|maalisku\w*|březen|března|марта|март|мар|березня|березень|бер|mart|március|martie|jänner
    apr|april|avril|avr|abril|abr|aprile|kwietnia|kwiecień|kwi|huhtiku\w*|duben|dubna|апрел\w|апр|квітня|квітень|квіт|кві|nisan|nis|apríla|aprilie
    may|mai|mei|mayo|maggio|mag|maio|maja|maj|toukoku\w*|květen|května|мая|май|травня|травень|трав|mayıs|május
    jun|june|juni|juin|junio|giugno|giu|junho|czerwca|czerwiec|cze|kesäku\w*|červen|června|июня|июнь|июн|червня|червень|черв|haziran|haz|június|iunie
    jul|july|juli|juillet|juil|julio|luglio|lug|julho|lipca|lipiec|lip|heinäku\w*|červenec|července|июля|июль|июл|липня|липень|лип|temmuz|tem|július|iulie
    aug|august|augusti|augustus|août|aout|agosto|ago|sierpnia|sierpień|sie|eloku\w*|srpen|srpna|августа|август|авг|серпня|серпень|серп|ağustos|ağu|augusztus
    sep|sept|september|septembre|septiembre|setiembre|settembre|sett|set|setembro|września|wrzesień|wrz|syysku\w*|září|сентябр\w|сент|сен|вересня|вересень|вер|eylül|eyl|septembra|septembrie
    oct|okt|october|oktober|octobre|octubre|ottobre|ott|outubro|out|października|październik|paź|lokaku\w*|říjen|října|октябр\w|окт|жовтня|жовтень|жовт|ekim|októbra|octombrie
    nov|november|novembre|noviembre|novembro|listopadu|listopada|listopad|lis|marrasku\w*|листопада|ноябр\w|нояб|листопад|лист|kasım|kas|novembra|noiembrie
    dec|dez|des|déc|december|dezember|desember|décembre|decembre|diciembre|dic|dicembre|dezembro|grudnia|grudzień|gru|jouluku\w*|prosinec|prosince|декабр\w|дек|грудня|грудень|груд|aralık|ara|decembra|decembrie
"""
_EAST = 0x3000
_NO_LETTER_BEFORE, _NO_LETTER_AFTER = r"(?<![^\W\d_])", r"(?![^\W\d_])"


def _one_of(table: str) -> re.Pattern[str]:
    """A pattern with one group for each line, whose number tells which one matched."""
    lines = filter(None, map(str.strip, table.splitlines()))
    return re.compile("|".join(f"({_names(each.split('|'))})" for each in lines))


def _names(words: list[str]) -> str:
    """Words that stand alone; those of scripts without spaces stand anywhere."""
    spaced = sorted((word for word in words if ord(word[0]) < _EAST), key=len, reverse=True)
    return "|".join(
        [f"{_NO_LETTER_BEFORE}(?:{'|'.join(spaced)}){_NO_LETTER_AFTER}", *(set(words) - set(spaced))]
    )


MONTH = _one_of(_MONTHS)
"""A month's name; `lastindex` is its number."""

_WEEKDAYS = r"""
    monday|montag|montags|lundi|lunes|lunedì|lunedi|maandag|segunda|segunda-feira|poniedziałek|poniedziałku|måndag|mandag|maanantai\w*|pondělí|понедельник\w?|понеділ\w*|pazartesi|月曜日?|下?周一|星期一|禮拜一|礼拜一|週一|월요일
    tuesday|dienstag|mardi|martes|martedì|martedi|dinsdag|terça|terça-feira|wtorek|wtorku|tisdag|tirsdag|tiistai\w*|úterý|вторник\w?|вівтор\w*|salı|火曜日?|下?周二|星期二|禮拜二|礼拜二|週二|화요일
    wednesday|mittwoch|mercredi|miércoles|miercoles|mercoledì|mercoledi|woensdag|quarta|quarta-feira|środa|środę|onsdag|keskiviik\w*|středa|středu|сред[ауы]|серед[ауи]|çarşamba|水曜日?|下?周三|星期三|禮拜三|礼拜三|週三|수요일
    thursday|donnerstag|jeudi|jueves|giovedì|giovedi|donderdag|quinta|quinta-feira|czwartek|czwartku|torsdag|torstai\w*|čtvrtek|четверг\w?|четвер\w?|perşembe|木曜日?|下?周四|星期四|禮拜四|礼拜四|週四|목요일
    friday|freitag|vendredi|viernes|venerdì|venerdi|vrijdag|sexta|sexta-feira|piątek|piątku|fredag|perjantai\w*|pátek|пятниц\w|п['’]ятниц\w|cuma|金曜日?|下?周五|星期五|禮拜五|礼拜五|週五|금요일
    saturday|samstag|sonnabend|samedi|sábado|sabado|sabato|zaterdag|sobota|sobotę|lördag|lørdag|lauantai\w*|sobotu|суббот\w|субот\w|cumartesi|土曜日?|下?周六|星期六|禮拜六|礼拜六|週六|토요일
    sunday|sonntag|dimanche|domingo|domenica|zondag|niedziela|niedzielę|söndag|søndag|sunnuntai\w*|neděle|neděli|воскресенье|неділ\w|pazar|日曜日?|下?周[日天]|星期[日天]|禮拜[日天]|礼拜[日天]|週[日天]|일요일
"""
WEEKDAY = _one_of(_WEEKDAYS)
"""A weekday's name; `lastindex` is its number, Monday being 1."""

TOMORROW = re.compile(
    r"\b(tomorrow|ab morgen|wieder morgen|demain|mañana|domani|vanaf morgen|amanhã|jutro|imorgon"
    r"|i morgon|i morgen|huomenna|zítra|завтра|yarın)\b|明日|明天|내일"
)
NEXT_WEEK = re.compile(
    r"(next week|nächste[rn]? woche|kommende[rn]? woche|la semaine prochaine|la próxima semana"
    r"|la settimana prossima|la prossima settimana|volgende week|próxima semana|semana que vem"
    r"|przyszłym tygodniu|nästa vecka|næste uge|neste uke|ensi viikolla|příští týden"
    r"|следующей неделе|наступного тижня|gelecek hafta|haftaya|来週|下周(?![一二三四五六日天])|다음 ?주)"
)
WEEK = re.compile(
    r"\b(?:week|kw|kalenderwoche|semaine|semana|settimana|uge|uke|vecka|v\.|viiko\w+) ?(\d{1,2})\b"
)
"""A week by its number (ISO 8601), as the north of Europe counts."""

LAST = r"""
    through|thru|inclu\w*|einschlie(?:ß|ss)lich|einschl\.|inkl\.|bis und mit|compreso|t/m|tot en met
    til og med|till? och med|t\.?o\.?m\.?|tom|włącznie|včetně|включительно|включно|incluído|inclusief|y compris|по
"""
"""Before a day: it is the last one away. What stands there last, next to the day, counts."""
UNTIL = r"""
    until|till?|'til|untill|to|up to|thru to|bis(?: zum)?|jusqu['’]?(?:au|à|en)?|au|hasta(?: el| hoy)?|al|fino(?: al)?|sino al
    tot|até(?: a[o]?)?|do|til|frem til|fram till|до|before|vor dem|avant le|antes del?|prima del|voor|før|före|not in|ennen
    kadar
"""
BACK = r"""
    (?:be |am |i'm )?back|return\w*|re-?open\w*|available|reachable|in the office|at my desk|resume\w*|repl(?:y|ies)|respond|answer
    wieder|zurück|erreichbar|ab|ab dem|melde|antworte\w*|retour|reprend\w*|reprise|reviens|revien\w*|disponible|dès|répond\w*
    à partir du|a partir d\w*|réouverture|joignable|(?:me )?reincorpor\w*|vuelv[eo]|volver\w*|regres\w*|responder\w*|contestar\w*
    rientr\w*|torn\w*|riapr\w*|reperibile|a partire dal|rispond\w*|terug|weer|vanaf|bereikbaar|heropen\w*
    retorn\w*|volt\w*|disponíve\w*|wrac\w*|wróc\w*|powr\w*|powrot\w*|ponownie|dostępn\w*|odpowiem|zapraszamy|od
    tillbaka|åter|öppnar|igen|svarar|nås|nåbar|från och med|fr\.?o\.?m\.?|tilbage|klar|træffes|åbner|tilbake|igjen|åpner
    palaan|takaisin|jälleen|taas|paikalla|töissä|tavoitettavissa|vrátím|vrátíme|zpět|zpátky|opět|znovu|k zastižení|odpovím
    верн\w*|возвращ\w*|выйд\w*|выхо\w*|снова|связи|появ\w*|отвечу|доступ[еа]н?|поверн\w*|вийд\w*|вихо\w*|знову|зв['’]язку
    з['’]явл\w*|відповім|чекаємо|with you|на работ[еу]
    返回|回来|回來|恢复|恢復|将于|將於|上班
"""
START = re.compile(
    rf"{_NO_LETTER_BEFORE}(?:from|starting|beginning|since|as of|vom|von|seit|du|depuis|desde|del|dal|van|sinds|de"
    r"|från|fra|с|со|з|від)\W{0,2}(?:on |the |el |den |\w{4,12},? )?$|(?:自|从|從)$"
)
"""Before a day: the absence begins with it."""
_AFTER = r"""
    (?P<until>.{0,3}(?:まで(?!.{0,12}(?:返信|連絡先))|까지|[以之]?前|.{0,12}kadar|(?:asti|saakka)))
    (?P<back>[^.!?;]{0,3}(?:に(?:戻|出社|復帰|帰|再開)|より(?:通常|営業|業務|再開)|から(?:通常|営業|業務|再開|出社)|以降|戻り|に改めて
        |返回|回[来來到]|恢[复復]|正常|起.{0,6}(?:可|恢|上班|正常|回)|上班|부터 ?(?:정상|근무|업무)|에 ?(?:복귀|돌아|출근|다시|회신|뵙)|복귀|출근
        |(?:tarihinde|günü|['’]?\w{0,3})?.{0,14}(?:dönece|dönüyor|döner|yeniden|masamın|başınday|işbaşı)|itibar\w+ (?:yeniden|tekrar)
        |alkaen|lähtien))
"""


_JOINT = r"""
    to|until|till|til|through|thru|and|bis|bis zum|bis einschließlich|und|au|jusqu['’]au|et|al|hasta el|hasta|y|fino al|e|t/m|tot
    tot en met|en|até|até ao?|a|do|i|till|till och med|t\.o\.m\.|och|til og med|og|ja|až|a|по|до|и|і|та|ile|ve|至|到|から|부터
"""


def _words(table: str) -> str:
    return "|".join(each.strip() for line in table.splitlines() for each in line.split("|") if each.strip())


BEFORE = re.compile(
    rf"{_NO_LETTER_BEFORE}(?:(?P<last>{_words(LAST)})|(?P<until>{_words(UNTIL)})|(?P<back>{_words(BACK)})"
    rf"){_NO_LETTER_AFTER}"
)
AFTER = any_of(_AFTER.replace("\n        |", "|"))
JOINT = re.compile(
    rf"[.,]? ?(?:[-\u2013\u2014~\uff5e\u301c]|{_NO_LETTER_BEFORE}(?:{_words(_JOINT)}))"
    r"(?: including| einschließlich| inclusive)?(?: the| el| le| den| dem| d\.| il)?(?: ?[^\W\d_][\w-]{3,13},?(?: den| d\\.)?)? ?"
)
"""Between two days: they are the first and the last of a stretch."""
BACK_AFTER = re.compile(
    r"[^.!?;,]{0,20}\b(?:back|terug|weer|zurück|wieder|tilbage|tilbake|tillbaka|åter|igen|igjen|de retour|de volta|di nuovo)\b"
)
"""Behind a day: she is back then."""
SAID_AFTER = re.compile(r"[, (]{0,3}(?:inclu|einschlie|compreso|inkl|włącznie|včetně|включ|inclusief)")
"""After a day: it is the last one away."""
