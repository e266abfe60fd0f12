"""How people of each language write a day into a note."""
# ruff: noqa: RUF001, E501 - letters of other alphabets look like ours; a line of a table is a language

from datetime import timedelta

_FORMS = {
    "en": "{d} {M} {y}|{d} {M}|{W}, {d} {M}|{d}{o} {M}|the {d}{o} of {M}|{dd}/{mm}/{y}|{y}-{mm}-{dd}|{dd}/{mm}/{yy}",
    "us": "{M} {d}, {y}|{M} {d}|{W}, {M} {d}|{M} {d}{o}|{mm}/{dd}/{y}|{m}/{d}|{A}. {d}|{W} {m}/{d}/{yy}",
    "de": "{d}. {M}|{d}. {M} {y}|{dd}.{mm}.{y}|{d}.{m}.|{dd}.{mm}.{yy}|{W}, {dd}.{mm}.|{W}, den {d}. {M}",
    "fr": "{d} {M}|{d} {M} {y}|{dd}/{mm}/{y}|{dd}/{mm}|{W} {d} {M}|{W} {d} {M} {y}",
    "es": "{d} de {M}|{d} de {M} de {y}|{dd}/{mm}/{y}|{W} {d} de {M}|{d}-{m}-{y}",
    "it": "{d} {M}|{d} {M} {y}|{dd}/{mm}/{y}|{W} {d} {M}|{dd}.{mm}.{y}",
    "nl": "{d} {M}|{d} {M} {y}|{dd}-{mm}-{y}|{W} {d} {M}|{dd}/{mm}",
    "pt": "{d} de {M}|{d} de {M} de {y}|{dd}/{mm}/{y}|{dd}/{mm}|{W}, {d} de {M}",
    "pl": "{d} {M}|{d} {M} {y} r.|{dd}.{mm}.{y}|{dd}.{mm}|{d} {M} ({W})",
    "sv": "{d} {M}|{d} {M} {y}|{y}-{mm}-{dd}|{d}/{m}|{W} {d} {M}",
    "da": "{d}. {M}|{d}. {M} {y}|{dd}.{mm}.{y}|{d}/{m}|{W} d. {d}. {M}|{dd}-{mm}-{y}",
    "no": "{d}. {M}|{d}. {M} {y}|{dd}.{mm}.{y}|{d}.{m}|{W} {d}. {M}",
    "fi": "{d}.{m}.|{d}.{m}.{y}|{d}. {M}|{d}. {M} {y}|{dd}.{mm}.{y}",
    "cs": "{d}. {M}|{d}. {M} {y}|{d}. {m}. {y}|{dd}.{mm}.{y}|{d}.{m}.",
    "ru": "{d} {M}|{d} {M} {y} г.|{dd}.{mm}.{y}|{dd}.{mm}|{d} {M} ({W})",
    "uk": "{d} {M}|{d} {M} {y} р.|{dd}.{mm}.{y}|{dd}.{mm}|{d} {M} ({W})",
    "tr": "{d} {M}|{d} {M} {y}|{dd}.{mm}.{y}|{d} {M} {W}|{dd}/{mm}/{y}",
    "ja": "{m}月{d}日|{y}年{m}月{d}日|{m}/{d}|{m}月{d}日（{W}）|{wm}月{wd}日|{y}/{mm}/{dd}",
    "zh": "{m}月{d}日|{y}年{m}月{d}日|{m}月{d}号|{y}-{mm}-{dd}|{m}月{d}日（周{W}）",
    "ko": "{m}월 {d}일|{y}년 {m}월 {d}일|{m}월 {d}일({W})|{y}. {m}. {d}.|{m}/{d}",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta "
    "lokakuuta marraskuuta joulukuuta",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
}
_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "pl": "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
    "da": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "no": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "fi": "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
    "cs": "pondělí úterý středa čtvrtek pátek sobota neděle",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
    "uk": "понеділок вівторок середа четвер п'ятниця субота неділя",
    "tr": "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar",
    "ja": "月 火 水 木 金 土 日",
    "zh": "一 二 三 四 五 六 日",
    "ko": "월 화 수 목 금 토 일",
}
_ON = {
    "en": "on {}|next {}",
    "de": "am {}|kommenden {}",
    "fr": "{}|ce {}",
    "es": "el {}|el próximo {}",
    "it": "{}|il prossimo {}",
    "nl": "{}|op {}",
    "pt": "na {}|na próxima {}",
    "sv": "på {}",
    "da": "på {}",
    "no": "på {}",
    "fi": "{}na",
    "ja": "{}曜日",
    "zh": "周{}|星期{}",
    "ko": "{}요일",
}
_CASES = {
    "pl": "w poniedziałek|we wtorek|w środę|w czwartek|w piątek|w sobotę|w niedzielę",
    "cs": "v pondělí|v úterý|ve středu|ve čtvrtek|v pátek|v sobotu|v neděli",
    "ru": "в понедельник|во вторник|в среду|в четверг|в пятницу|в субботу|в воскресенье",
    "uk": "у понеділок|у вівторок|у середу|у четвер|у п'ятницю|у суботу|у неділю",
    "tr": "Pazartesi günü|Salı günü|Çarşamba günü|Perşembe günü|Cuma günü|Cumartesi günü|Pazar günü",
}
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def written(day, language, chance):
    """A day as people write it, in one of the language's forms."""
    return form_of(day, language, chance.choice(_FORMS[language].split("|")))


def form_of(day, language, form):
    """A day in this form; `us` writes English words in American order."""
    tongue = "en" if language == "us" else language
    month = _MONTHS[tongue].split()[day.month - 1] if tongue in _MONTHS else ""
    ordinal = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in {11, 12, 13} else 0, "th")
    return form.format(
        d=day.day,
        dd=f"{day.day:02}",
        m=day.month,
        mm=f"{day.month:02}",
        y=day.year,
        yy=f"{day.year % 100:02}",
        M=month,
        A=month[:3],
        W=_WEEKDAYS[tongue].split()[day.weekday()],
        o=ordinal,
        wm=str(day.month).translate(_WIDE),
        wd=str(day.day).translate(_WIDE),
    )


def on_weekday(day, language, chance):
    """`on Monday`, in the case that the language wants."""
    tongue = "en" if language == "us" else language
    if tongue in _CASES:
        return _CASES[tongue].split("|")[day.weekday()]
    name = _WEEKDAYS[tongue].split()[day.weekday()]
    return chance.choice(_ON[tongue].split("|")).format(name)


def working_day(day):
    """That day, or the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
