"""Names of the months in the languages that tables of counts are written in; no name is of two months."""

import unicodedata

_NAMES = (
    "January February March April May June July August September October November December",
    # French, Spanish, Portuguese, Italian, German, Indonesian, Turkish
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    # Russian as a date has it and alone, Ukrainian likewise
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
    # Arabic of Egypt and the Gulf, of the Levant and Iraq, of the Maghreb
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
)
_SHORT = (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "jan fév mars avr mai juin juill août sept oct nov déc",
    "ene feb mar abr may jun jul ago sept oct nov dic",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "jan feb mär apr mai jun jul aug sep okt nov dez",
    "jan feb mar apr mei jun jul agu sep okt nov des",
    "oca şub mar nis may haz tem ağu eyl eki kas ara",
)


def plain_letters(text: str) -> str:
    """A text in small letters without the accents of its letters, its digits those of Europe.

    Examples
    --------
    >>> plain_letters("Févr. 2018"), plain_letters("MAYIS 2018"), plain_letters("٢٠١٨-٠١")
    ('fevr. 2018', 'mayis 2018', '2018-01')
    """
    text = "".join(str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in text)
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


#: The number of each month by its names, as `plain_letters` has them.
MONTH_NUMBERS = {
    plain_letters(name).replace("_", " "): place
    for names in (*_NAMES, *_SHORT)
    for place, name in enumerate(names.split(), 1)
}
