"""Answers as people send them: mail programs × languages × ways of posting, with what the person wrote known.

Written from what the programs write, not from what the reader knows. Nothing here is chance: every answer is
made by its place in the tables.
"""
# ruff: noqa: RUF001, E501 - the words of other alphabets have letters that look like ours; lines as programs write them

from dataclasses import dataclass

US = "Maria Fellow <maria@fellows.example>"

SENT = """Hello Ana,

I work for a foundation that helps user groups, and I read about your evening on packaging in March. It must
have been a full house!

Would Loire Python like to run a project night with us in June? We would bring a list of first tasks, and pizza
is on us.

May I also ask whether your meetup fees are paid by somebody? They can be reimbursed: https://fellows.example/fees

Warm regards
Maria Fellow
Fellow for user groups

If you do not want to hear from me again, answer "unsubscribe" and I will stop.
"""
"""A letter of ours, as plain text."""

HERS = {
    "en": "Hi Maria,\n\nthat sounds lovely. June the 12th would suit us, the room holds forty.\n\nCan you send the list beforehand?",
    "de": "Liebe Maria,\n\ndas klingt wunderbar. Am 12. Juni ginge es, der Raum fasst vierzig Leute.\n\nKannst du die Liste vorher schicken?",
    "fr": "Bonjour Maria,\n\nexcellente idée ! Le 12 juin nous irait, la salle a quarante places.\n\nPeux-tu envoyer la liste avant ?",
    "es": "Hola Maria,\n\nsuena muy bien. El 12 de junio nos viene perfecto, caben cuarenta.\n\n¿Puedes mandarnos la lista antes?",
    "it": "Ciao Maria,\n\nbellissima idea. Il 12 giugno per noi va bene, la sala ha quaranta posti.\n\nCi mandi prima la lista?",
    "pt": "Olá Maria,\n\nparece ótimo. Dia 12 de junho serve, a sala leva quarenta pessoas.\n\nPode mandar a lista antes?",
    "nl": "Dag Maria,\n\ndat klinkt geweldig. 12 juni komt ons goed uit, de zaal biedt plaats aan veertig.\n\nKun je de lijst vooraf sturen?",
    "pl": "Cześć Maria,\n\nbrzmi wspaniale. Pasuje nam 12 czerwca, sala mieści czterdzieści osób.\n\nCzy możesz wcześniej przesłać listę?",
    "sv": "Hej Maria,\n\ndet låter toppen. Den 12 juni passar, lokalen rymmer fyrtio.\n\nKan du skicka listan innan?",
    "da": "Hej Maria,\n\ndet lyder dejligt. Den 12. juni passer fint, lokalet har plads til fyrre.\n\nVil du sende listen først?",
    "no": "Hei Maria,\n\ndet høres flott ut. 12. juni passer bra, rommet tar førti.\n\nKan du sende lista på forhånd?",
    "fi": "Hei Maria,\n\nkuulostaa mahtavalta. 12. kesäkuuta sopii, huoneeseen mahtuu neljäkymmentä.\n\nVoitko lähettää listan etukäteen?",
    "cs": "Ahoj Mario,\n\nto zní skvěle. 12. června se hodí, sál má čtyřicet míst.\n\nPošleš nám seznam předem?",
    "sk": "Ahoj Maria,\n\nznie to výborne. 12. júna nám vyhovuje, sála má štyridsať miest.\n\nPošleš nám zoznam vopred?",
    "hu": "Szia Maria,\n\nremekül hangzik. Június 12. jó lesz, a terem negyven fős.\n\nEl tudod küldeni előtte a listát?",
    "ro": "Bună Maria,\n\nsună grozav. 12 iunie ne convine, sala are patruzeci de locuri.\n\nPoți trimite lista înainte?",
    "ru": "Привет, Мария!\n\nЗвучит отлично. 12 июня нам подходит, в зале сорок мест.\n\nПришлёшь список заранее?",
    "uk": "Привіт, Маріє!\n\nЗвучить чудово. 12 червня нам підходить, у залі сорок місць.\n\nНадішлеш список заздалегідь?",
    "bg": "Здравей, Мария,\n\nзвучи чудесно. 12 юни ни устройва, залата е за четиридесет души.\n\nЩе пратиш ли списъка предварително?",
    "el": "Γεια σου Μαρία,\n\nακούγεται υπέροχο. Στις 12 Ιουνίου μας βολεύει, η αίθουσα χωράει σαράντα.\n\nΘα στείλεις τη λίστα πριν;",
    "tr": "Merhaba Maria,\n\nharika olur. 12 Haziran bize uyar, salon kırk kişilik.\n\nListeyi önceden yollar mısın?",
    "he": "היי מריה,\n\nנשמע נהדר. ה-12 ביוני מתאים לנו, באולם ארבעים מקומות.\n\nאפשר לקבל את הרשימה מראש?",
    "ar": "مرحبا ماريا،\n\nفكرة رائعة. يناسبنا 12 يونيو، القاعة تتسع لأربعين.\n\nهل يمكنك إرسال القائمة مسبقا؟",
    "ja": "マリア様\n\n素敵なお話です。6月12日でしたら会場が空いていて、四十人まで入れます。\n\n先にリストを送っていただけますか。",
    "zh": "Maria 你好，\n\n这个主意很好。6月12日我们可以，场地能坐四十人。\n\n能先把清单发来吗？",
    "ko": "마리아 님,\n\n정말 좋은 생각이에요. 6월 12일이면 괜찮고 장소는 마흔 명까지 됩니다.\n\n목록을 먼저 받아볼 수 있을까요?",
    "vi": "Chào Maria,\n\nnghe hay quá. Ngày 12 tháng 6 hợp với chúng tôi, phòng chứa bốn mươi người.\n\nBạn gửi danh sách trước được không?",
    "id": "Hai Maria,\n\nkedengarannya bagus. Tanggal 12 Juni cocok, ruangannya muat empat puluh orang.\n\nBisa kirim daftarnya dulu?",
    "hr": "Bok Maria,\n\nzvuči odlično. 12. lipnja nam odgovara, dvorana ima četrdeset mjesta.\n\nMožeš li poslati popis ranije?",
    "ca": "Hola Maria,\n\nsona molt bé. El 12 de juny ens va perfecte, la sala té quaranta places.\n\nPots enviar la llista abans?",
    "th": "สวัสดีมาเรีย\n\nฟังดูดีมาก วันที่ 12 มิถุนายนเราสะดวก ห้องจุได้สี่สิบคน\n\nช่วยส่งรายการมาก่อนได้ไหม",
    "et": "Tere Maria,\n\nkõlab suurepäraselt. 12. juuni sobib, ruumi mahub nelikümmend.\n\nKas saadad nimekirja ette?",
    "lt": "Sveika, Maria,\n\nskamba puikiai. Birželio 12 d. mums tinka, salėje keturiasdešimt vietų.\n\nAr atsiųsi sąrašą iš anksto?",
    "lv": "Sveika, Maria,\n\nizklausās lieliski. 12. jūnijs mums der, zālē ir četrdesmit vietas.\n\nVai vari atsūtīt sarakstu iepriekš?",
    "sl": "Živjo Maria,\n\nsliši se odlično. 12. junij nam ustreza, dvorana ima štirideset mest.\n\nLahko prej pošlješ seznam?",
    "fa": "سلام ماریا،\n\nعالی است. ۱۲ ژوئن برای ما مناسب است و سالن چهل نفر جا دارد.\n\nمی‌توانی فهرست را زودتر بفرستی؟",
}
"""What the person writes."""

INLINE = {
    "en": ("Yes, gladly.", "No, nobody does."),
    "de": ("Ja, sehr gern.", "Nein, niemand."),
    "ru": ("Да, с радостью.", "Нет, никто."),
    "ja": ("はい、喜んで。", "いいえ、誰も。"),
}

GMAIL = {
    "en": "On Mon, May 5, 2025 at 9:12 AM Maria Fellow <maria@fellows.example> wrote:",
    "de": "Am Mo., 5. Mai 2025 um 09:12 Uhr schrieb Maria Fellow <\nmaria@fellows.example>:",
    "fr": "Le lun. 5 mai 2025 à 09:12, Maria Fellow <maria@fellows.example> a\nécrit :",
    "es": "El lun, 5 may 2025 a las 9:12, Maria Fellow (<maria@fellows.example>)\nescribió:",
    "it": "Il giorno lun 5 mag 2025 alle ore 09:12 Maria Fellow <\nmaria@fellows.example> ha scritto:",
    "pt": "Em seg., 5 de mai. de 2025 às 09:12, Maria Fellow <maria@fellows.example>\nescreveu:",
    "nl": "Op ma 5 mei 2025 om 09:12 schreef Maria Fellow <maria@fellows.example>:",
    "pl": "pon., 5 maj 2025 o 09:12 Maria Fellow <maria@fellows.example> napisał(a):",
    "sv": "Den mån 5 maj 2025 kl 09:12 skrev Maria Fellow <maria@fellows.example>:",
    "da": "Den man. 5. maj 2025 kl. 09.12 skrev Maria Fellow <maria@fellows.example>:",
    "no": "man. 5. mai 2025 kl. 09:12 skrev Maria Fellow <maria@fellows.example>:",
    "fi": "ma 5. toukok. 2025 klo 9.12 Maria Fellow (maria@fellows.example) kirjoitti:",
    "cs": "po 5. 5. 2025 v 9:12 odesílatel Maria Fellow <maria@fellows.example>\nnapsal:",
    "sk": "po 5. 5. 2025 o 9:12 Maria Fellow <maria@fellows.example> napísal(a):",
    "hu": "Maria Fellow <maria@fellows.example> ezt írta (időpont: 2025. máj. 5., H,\n9:12):",
    "ro": "În lun., 5 mai 2025 la 09:12, Maria Fellow <maria@fellows.example> a scris:",
    "ru": "пн, 5 мая 2025 г. в 09:12, Maria Fellow <maria@fellows.example>:",
    "uk": "пн, 5 трав. 2025 р. о 09:12 Maria Fellow <maria@fellows.example> пише:",
    "bg": "На пн, 5.05.2025 г. в 9:12 Maria Fellow <maria@fellows.example> написа:",
    "el": "Στις Δευ 5 Μαΐ 2025 στις 9:12 π.μ., ο χρήστης Maria Fellow <\nmaria@fellows.example> έγραψε:",
    "tr": "Maria Fellow <maria@fellows.example>, 5 May 2025 Pzt, 09:12 tarihinde şunu\nyazdı:",
    "he": "\u202bבתאריך יום ב׳, 5 במאי 2025 ב-9:12 מאת \u202aMaria Fellow\u202c\u200f <\u202amaria@fellows.example\u202c\u200f>:\u202c",
    "ar": "في الاثنين، ٥ مايو ٢٠٢٥ في ٩:١٢ ص تمت كتابة ما يلي بواسطة Maria Fellow <\nmaria@fellows.example>:",
    "ja": "2025年5月5日(月) 9:12 Maria Fellow <maria@fellows.example>:",
    "zh": "Maria Fellow <maria@fellows.example> 于2025年5月5日周一 09:12写道：",
    "ko": "2025년 5월 5일 (월) 오전 9:12, Maria Fellow <maria@fellows.example>님이 작성:",
    "vi": "Vào Th 2, 5 thg 5, 2025 vào lúc 09:12 Maria Fellow <\nmaria@fellows.example> đã viết:",
    "id": "Pada tanggal Sen, 5 Mei 2025 pukul 09.12 Maria Fellow <\nmaria@fellows.example> menulis:",
    "hr": "pon, 5. svi 2025. u 09:12 Maria Fellow <maria@fellows.example> napisao je:",
    "ca": "Missatge de Maria Fellow <maria@fellows.example> del dia dl., 5 de maig\n2025 a les 9:12:",
    "th": "ในวันที่ จ. 5 พ.ค. 2025 เวลา 09:12 Maria Fellow <maria@fellows.example>\nเขียนว่า:",
    "et": "Kuupäev E, 5. mai 2025 kell 09:12 kirjutas Maria Fellow <\nmaria@fellows.example>:",
    "lt": "2025-05-05, pr, 09:12 Maria Fellow <maria@fellows.example> rašė:",
    "lv": "pirmd., 2025. g. 5. maijs plkst. 09:12 — lietotājs Maria Fellow (<\nmaria@fellows.example>) rakstīja:",
    "sl": "V V pon., 5. maj 2025 ob 09:12 je oseba Maria Fellow <maria@fellows.example>\nnapisala:",
    "fa": "در تاریخ دوشنبه ۵ مهٔ ۲۰۲۵، ۹:۱۲ Maria Fellow <maria@fellows.example> نوشت:",
}
APPLE = {
    "en": "On 5 May 2025, at 09:12, Maria Fellow <maria@fellows.example> wrote:",
    "de": "Am 05.05.2025 um 09:12 schrieb Maria Fellow <maria@fellows.example>:",
    "fr": "Le 5 mai 2025 à 09:12, Maria Fellow <maria@fellows.example> a écrit :",
    "es": "El 5 may 2025, a las 9:12, Maria Fellow <maria@fellows.example> escribió:",
    "it": "Il giorno 5 mag 2025, alle ore 09:12, Maria Fellow <maria@fellows.example> ha scritto:",
    "pt": "No dia 05/05/2025, às 09:12, Maria Fellow <maria@fellows.example> escreveu:",
    "nl": "Op 5 mei 2025, om 09:12 heeft Maria Fellow <maria@fellows.example> het volgende geschreven:",
    "pl": "Wiadomość napisana przez Maria Fellow <maria@fellows.example> w dniu 05.05.2025, o godz. 09:12:",
    "sv": "5 maj 2025 kl. 09:12 skrev Maria Fellow <maria@fellows.example>:",
    "da": "Den 5. maj 2025 kl. 09.12 skrev Maria Fellow <maria@fellows.example>:",
    "no": "5. mai 2025 kl. 09:12 skrev Maria Fellow <maria@fellows.example>:",
    "fi": "Maria Fellow <maria@fellows.example> kirjoitti 5.5.2025 kello 9.12:",
    "cs": "5. 5. 2025 v 9:12, Maria Fellow <maria@fellows.example>:",
    "hu": "2025. máj. 5. dátummal, 9:12 időpontban Maria Fellow <maria@fellows.example> írta:",
    "ru": "5 мая 2025 г., в 09:12, Maria Fellow <maria@fellows.example> написал(а):",
    "uk": "5 трав. 2025 р. о 09:12 Maria Fellow <maria@fellows.example> написав(ла):",
    "el": "Στις 5 Μαΐ 2025, στις 9:12 π.μ., ο χρήστης Maria Fellow <maria@fellows.example> έγραψε:",
    "tr": "Maria Fellow <maria@fellows.example> şunları yazdı (5 May 2025 09:12):",
    "ja": "2025/05/05 9:12、Maria Fellow <maria@fellows.example>のメール:",
    "zh": "2025年5月5日 上午9:12，Maria Fellow <maria@fellows.example> 写道：",
    "ko": "2025. 5. 5. 오전 9:12, Maria Fellow <maria@fellows.example> 작성:",
    "ro": "Pe 5 mai 2025, la 09:12, Maria Fellow <maria@fellows.example> a scris:",
    "hr": "Dana 5. svi. 2025. u 09:12, korisnik Maria Fellow <maria@fellows.example> napisao je:",
    "ca": "El 5 maig 2025, a les 9:12, Maria Fellow <maria@fellows.example> va escriure:",
    "vi": "Vào ngày 5 thg 5, 2025, lúc 09:12, Maria Fellow <maria@fellows.example> đã viết:",
    "id": "Pada 5 Mei 2025, pukul 09.12, Maria Fellow <maria@fellows.example> menulis:",
}
THUNDERBIRD = {
    "en": "On 05/05/2025 09:12, Maria Fellow wrote:",
    "de": "Am 05.05.25 um 09:12 schrieb Maria Fellow:",
    "fr": "Le 05/05/2025 à 09:12, Maria Fellow a écrit :",
    "es": "El 5/5/25 a las 9:12, Maria Fellow escribió:",
    "it": "Il 05/05/2025 09:12, Maria Fellow ha scritto:",
    "pt": "Em 05/05/2025 09:12, Maria Fellow escreveu:",
    "nl": "Op 05-05-2025 om 09:12 schreef Maria Fellow:",
    "pl": "W dniu 5.05.2025 o 09:12, Maria Fellow pisze:",
    "sv": "Den 2025-05-05 kl. 09:12, skrev Maria Fellow:",
    "da": "Den 05.05.2025 kl. 09.12 skrev Maria Fellow:",
    "no": "Den 05.05.2025 09:12, skrev Maria Fellow:",
    "fi": "Maria Fellow kirjoitti 5.5.2025 klo 9.12:",
    "cs": "Dne 05. 05. 25 v 9:12 Maria Fellow napsal(a):",
    "sk": "Dňa 5. 5. 2025 o 9:12 Maria Fellow napísal(a):",
    "hu": "2025. 05. 05. 9:12 keltezéssel, Maria Fellow írta:",
    "ro": "Pe 05.05.2025 09:12, Maria Fellow a scris:",
    "ru": "05.05.2025 9:12, Maria Fellow пишет:",
    "uk": "05.05.2025 9:12, Maria Fellow пише:",
    "bg": "На 5.05.25 в 9:12, Maria Fellow написа:",
    "el": "Στις 5/5/2025 9:12 π.μ., ο/η Maria Fellow έγραψε:",
    "tr": "5.05.2025 09:12 tarihinde Maria Fellow yazdı:",
    "ja": "On 2025/05/05 9:12, Maria Fellow wrote:",
    "zh": "在 2025/5/5 9:12, Maria Fellow 写道:",
    "ko": "25. 5. 5. 09:12에 Maria Fellow 이(가) 쓴 글:",
    "et": "Maria Fellow kirjutas 05.05.2025 kell 09:12:",
    "lt": "2025-05-05 09:12, Maria Fellow rašė:",
    "sl": "V 5. 5. 2025 ob 9:12 je Maria Fellow napisal(a):",
    "hr": "Dana 5. 5. 2025. u 9:12, Maria Fellow je napisao/la:",
    "he": "בתאריך 05/05/2025 9:12, Maria Fellow כתב:",
    "vi": "Vào 5/5/2025 9:12 SA, Maria Fellow viết:",
}
OUTLOOK = {
    "en": (
        "From: Maria Fellow <maria@fellows.example>",
        "Sent: Monday, May 5, 2025 9:12 AM",
        "To: Ana <ana@loirepy.example>",
        "Subject: A project night?",
    ),
    "de": (
        "Von: Maria Fellow <maria@fellows.example>",
        "Gesendet: Montag, 5. Mai 2025 09:12",
        "An: Ana <ana@loirepy.example>",
        "Betreff: A project night?",
    ),
    "fr": (
        "De : Maria Fellow <maria@fellows.example>",
        "Envoyé : lundi 5 mai 2025 09:12",
        "À : Ana <ana@loirepy.example>",
        "Objet : A project night?",
    ),
    "es": (
        "De: Maria Fellow <maria@fellows.example>",
        "Enviado el: lunes, 5 de mayo de 2025 9:12",
        "Para: Ana <ana@loirepy.example>",
        "Asunto: A project night?",
    ),
    "it": (
        "Da: Maria Fellow <maria@fellows.example>",
        "Inviato: lunedì 5 maggio 2025 09:12",
        "A: Ana <ana@loirepy.example>",
        "Oggetto: A project night?",
    ),
    "pt": (
        "De: Maria Fellow <maria@fellows.example>",
        "Enviada em: segunda-feira, 5 de maio de 2025 09:12",
        "Para: Ana <ana@loirepy.example>",
        "Assunto: A project night?",
    ),
    "nl": (
        "Van: Maria Fellow <maria@fellows.example>",
        "Verzonden: maandag 5 mei 2025 09:12",
        "Aan: Ana <ana@loirepy.example>",
        "Onderwerp: A project night?",
    ),
    "pl": (
        "Od: Maria Fellow <maria@fellows.example>",
        "Wysłano: poniedziałek, 5 maja 2025 09:12",
        "Do: Ana <ana@loirepy.example>",
        "Temat: A project night?",
    ),
    "sv": (
        "Från: Maria Fellow <maria@fellows.example>",
        "Skickat: den 5 maj 2025 09:12",
        "Till: Ana <ana@loirepy.example>",
        "Ämne: A project night?",
    ),
    "da": (
        "Fra: Maria Fellow <maria@fellows.example>",
        "Sendt: 5. maj 2025 09:12",
        "Til: Ana <ana@loirepy.example>",
        "Emne: A project night?",
    ),
    "no": (
        "Fra: Maria Fellow <maria@fellows.example>",
        "Sendt: mandag 5. mai 2025 09:12",
        "Til: Ana <ana@loirepy.example>",
        "Emne: A project night?",
    ),
    "fi": (
        "Lähettäjä: Maria Fellow <maria@fellows.example>",
        "Lähetetty: maanantai 5. toukokuuta 2025 9.12",
        "Vastaanottaja: Ana <ana@loirepy.example>",
        "Aihe: A project night?",
    ),
    "cs": (
        "Od: Maria Fellow <maria@fellows.example>",
        "Odesláno: pondělí 5. května 2025 9:12",
        "Komu: Ana <ana@loirepy.example>",
        "Předmět: A project night?",
    ),
    "sk": (
        "Od: Maria Fellow <maria@fellows.example>",
        "Odoslané: pondelok 5. mája 2025 9:12",
        "Komu: Ana <ana@loirepy.example>",
        "Predmet: A project night?",
    ),
    "hu": (
        "Feladó: Maria Fellow <maria@fellows.example>",
        "Elküldve: 2025. május 5., hétfő 9:12",
        "Címzett: Ana <ana@loirepy.example>",
        "Tárgy: A project night?",
    ),
    "ro": (
        "De la: Maria Fellow <maria@fellows.example>",
        "Trimis: luni, 5 mai 2025 09:12",
        "Către: Ana <ana@loirepy.example>",
        "Subiect: A project night?",
    ),
    "ru": (
        "От: Maria Fellow <maria@fellows.example>",
        "Отправлено: 5 мая 2025 г. 9:12",
        "Кому: Ana <ana@loirepy.example>",
        "Тема: A project night?",
    ),
    "uk": (
        "Від: Maria Fellow <maria@fellows.example>",
        "Надіслано: 5 травня 2025 р. 9:12",
        "Кому: Ana <ana@loirepy.example>",
        "Тема: A project night?",
    ),
    "bg": (
        "От: Maria Fellow <maria@fellows.example>",
        "Изпратено: 5 май 2025 г. 9:12",
        "До: Ana <ana@loirepy.example>",
        "Относно: A project night?",
    ),
    "el": (
        "Από: Maria Fellow <maria@fellows.example>",
        "Στάλθηκε: Δευτέρα, 5 Μαΐου 2025 9:12 πμ",
        "Προς: Ana <ana@loirepy.example>",
        "Θέμα: A project night?",
    ),
    "tr": (
        "Kimden: Maria Fellow <maria@fellows.example>",
        "Gönderildi: 5 Mayıs 2025 Pazartesi 09:12",
        "Kime: Ana <ana@loirepy.example>",
        "Konu: A project night?",
    ),
    "he": (
        "מאת: Maria Fellow <maria@fellows.example>",
        "נשלח: יום שני 05 מאי 2025 09:12",
        "אל: Ana <ana@loirepy.example>",
        "נושא: A project night?",
    ),
    "ar": (
        "من: Maria Fellow <maria@fellows.example>",
        "تم الإرسال: الاثنين, 5 مايو 2025 09:12",
        "إلى: Ana <ana@loirepy.example>",
        "الموضوع: A project night?",
    ),
    "ja": (
        "差出人: Maria Fellow <maria@fellows.example>",
        "送信日時: 2025年5月5日 9:12",
        "宛先: Ana <ana@loirepy.example>",
        "件名: A project night?",
    ),
    "zh": (
        "发件人: Maria Fellow <maria@fellows.example>",
        "发送时间: 2025年5月5日 9:12",
        "收件人: Ana <ana@loirepy.example>",
        "主题: A project night?",
    ),
    "ko": (
        "보낸 사람: Maria Fellow <maria@fellows.example>",
        "보낸 날짜: 2025년 5월 5일 월요일 오전 9:12",
        "받는 사람: Ana <ana@loirepy.example>",
        "제목: A project night?",
    ),
    "hr": (
        "Šalje: Maria Fellow <maria@fellows.example>",
        "Poslano: 5. svibnja 2025. 9:12",
        "Prima: Ana <ana@loirepy.example>",
        "Predmet: A project night?",
    ),
    "sl": (
        "Od: Maria Fellow <maria@fellows.example>",
        "Poslano: ponedeljek, 05. maj 2025 09:12",
        "Za: Ana <ana@loirepy.example>",
        "Zadeva: A project night?",
    ),
    "et": (
        "Saatja: Maria Fellow <maria@fellows.example>",
        "Saadetud: esmaspäev, 5. mai 2025 09:12",
        "Adressaat: Ana <ana@loirepy.example>",
        "Teema: A project night?",
    ),
    "lt": (
        "Nuo: Maria Fellow <maria@fellows.example>",
        "Išsiųsta: 2025 m. gegužės 5 d. 09:12",
        "Kam: Ana <ana@loirepy.example>",
        "Tema: A project night?",
    ),
    "vi": (
        "Từ: Maria Fellow <maria@fellows.example>",
        "Đã gửi: Thứ Hai, 5 Tháng Năm 2025 9:12 SA",
        "Đến: Ana <ana@loirepy.example>",
        "Tiêu đề: A project night?",
    ),
    "th": (
        "จาก: Maria Fellow <maria@fellows.example>",
        "ส่ง: 5 พฤษภาคม 2025 9:12",
        "ถึง: Ana <ana@loirepy.example>",
        "เรื่อง: A project night?",
    ),
    "ca": (
        "De: Maria Fellow <maria@fellows.example>",
        "Enviat: dilluns, 5 de maig de 2025 9:12",
        "Per a: Ana <ana@loirepy.example>",
        "Tema: A project night?",
    ),
}
ODD = {
    "Tutanota": ("en", "5 May 2025, 09:12 by maria@fellows.example:", True),
    "ProtonMail": (
        "en",
        "On Monday, May 5th, 2025 at 9:12 AM, Maria Fellow <maria@fellows.example> wrote:",
        True,
    ),
    "ProtonMail, old": (
        "en",
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, May 5th, 2025 9:12 AM, Maria Fellow <maria@fellows.example> wrote:",
        True,
    ),
    "Yahoo": (
        "en",
        "    On Monday, May 5, 2025 at 09:12:33 AM GMT+2, Maria Fellow <maria@fellows.example> wrote:  \n ",
        False,
    ),
    "Yahoo de": (
        "de",
        "    Am Montag, 5. Mai 2025 um 09:12:33 MESZ hat Maria Fellow <maria@fellows.example> Folgendes geschrieben:  \n ",
        False,
    ),
    "Yahoo es": (
        "es",
        "    En lunes, 5 de mayo de 2025, 09:12:33 CEST, Maria Fellow <maria@fellows.example> escribió:  \n ",
        False,
    ),
    "Yahoo it": (
        "it",
        "    Il lunedì 5 maggio 2025 alle ore 09:12:33 CEST, Maria Fellow <maria@fellows.example> ha scritto:  \n ",
        False,
    ),
    "Yahoo fr": (
        "fr",
        "    Le lundi 5 mai 2025 à 09:12:33 UTC+2, Maria Fellow <maria@fellows.example> a écrit :  \n ",
        False,
    ),
    "GMX": (
        "de",
        'Gesendet: Montag, 05. Mai 2025 um 09:12 Uhr\nVon: "Maria Fellow" <maria@fellows.example>\nAn: ana@loirepy.example\nBetreff: A project night?\n',
        False,
    ),
    "T-Online": (
        "de",
        '-----Original-Nachricht-----\nBetreff: A project night?\nDatum: 2025-05-05T09:12:33+0200\nVon: "Maria Fellow" <maria@fellows.example>\nAn: "ana@loirepy.example" <ana@loirepy.example>\n\n',
        False,
    ),
    "Roundcube": ("de", "Am 2025-05-05 09:12, schrieb Maria Fellow:", True),
    "Evolution": ("de", "Am Montag, dem 05.05.2025 um 09:12 +0200 schrieb Maria Fellow:", True),
    "Evolution en": ("en", "On Mon, 2025-05-05 at 09:12 +0200, Maria Fellow wrote:", True),
    "K-9": ("en", "On May 5, 2025 9:12:33 AM GMT+02:00, Maria Fellow <maria@fellows.example> wrote:", True),
    "K-9 de": ("de", "Am 5. Mai 2025 09:12:33 MESZ schrieb Maria Fellow <maria@fellows.example>:", True),
    "mutt": ("en", "* Maria Fellow <maria@fellows.example> [2025-05-05 09:12]:", True),
    "mutt, plain": ("en", "On Mon, May 05, 2025 at 09:12:33AM +0200, Maria Fellow wrote:", True),
    "Gnus": ("en", "Maria Fellow <maria@fellows.example> writes:", True),
    "The Bat!": ("en", "Monday, May 5, 2025, 9:12:33 AM, you wrote:", True),
    "Eudora": ("en", "At 09:12 AM 5/5/2025, Maria Fellow wrote:", True),
    "Pegasus": ("en", "On 5 May 2025 at 9:12, Maria Fellow wrote:", True),
    "Spark": ("en", "On 5 May 2025 at 9:12 AM +0200, Maria Fellow <maria@fellows.example>, wrote:", True),
    "Fastmail": ("en", "On Mon, May 5, 2025, at 9:12 AM, Maria Fellow wrote:", True),
    "Samsung": (
        "en",
        "-------- Original message --------\nFrom: Maria Fellow <maria@fellows.example> \nDate: 05/05/2025  09:12  (GMT+01:00) \nTo: ana@loirepy.example \nSubject: A project night? \n",
        False,
    ),
    "Samsung fr": (
        "fr",
        "-------- Message d'origine --------\nDe : Maria Fellow <maria@fellows.example> \nDate : 05/05/2025  09:12  (GMT+01:00) \nÀ : ana@loirepy.example \nObjet : A project night? \n",
        False,
    ),
    "Samsung it": (
        "it",
        "-------- Messaggio originale --------\nDa: Maria Fellow <maria@fellows.example> \nData: 05/05/25  09:12  (GMT+01:00) \nA: ana@loirepy.example \nOggetto: A project night? \n",
        False,
    ),
    "Huawei": (
        "en",
        "-------- Original Message --------\nSubject: A project night?\nFrom: Maria Fellow \nTo: ana@loirepy.example\nCC: \n\n",
        False,
    ),
    "Mail.ru": ("ru", "Понедельник, 5 мая 2025, 9:12 +03:00 от Maria Fellow <maria@fellows.example>:", True),
    "Yandex": ("ru", '05.05.2025, 09:12, "Maria Fellow" <maria@fellows.example>:', True),
    "QQ": (
        "zh",
        '------------------&nbsp;原始邮件&nbsp;------------------\n发件人: "Maria Fellow"<maria@fellows.example>;\n发送时间: 2025年5月5日(星期一) 上午9:12\n收件人: "ana"<ana@loirepy.example>;\n主题: A project night?\n\n'.replace(
            "&nbsp;", " "
        ),
        False,
    ),
    "QQ en": (
        "en",
        '------------------ Original ------------------\nFrom:  "Maria Fellow"<maria@fellows.example>;\nDate:  Mon, May 5, 2025 09:12 AM\nTo:  "ana"<ana@loirepy.example>;\nSubject:  A project night?\n\n',
        False,
    ),
    "163": ("zh", '在 2025-05-05 09:12:33，"Maria Fellow" <maria@fellows.example> 写道：', True),
    "163 en": ("en", 'At 2025-05-05 09:12:33, "Maria Fellow" <maria@fellows.example> wrote:', True),
    "Foxmail": (
        "zh",
        "发件人： Maria Fellow\n发送时间： 2025-05-05 09:12\n收件人： ana\n主题： A project night?",
        False,
    ),
    "DingTalk": (
        "zh",
        "------------------------------------------------------------------\n发件人：Maria Fellow <maria@fellows.example>\n日　期：2025年05月05日 09:12:33\n收件人：<ana@loirepy.example>\n主　题：A project night?\n",
        False,
    ),
    "Naver": (
        "ko",
        '-----Original Message-----\nFrom: "Maria Fellow"<maria@fellows.example>\nTo: <ana@loirepy.example>;\nCc:\nSent: 2025-05-05 (월) 09:12:33 (GMT+09:00)\nSubject: A project night?\n',
        False,
    ),
    "Orange": (
        "fr",
        '> Message du 05/05/25 09:12\n> De : "Maria Fellow" <maria@fellows.example>\n> A : ana@loirepy.example\n> Copie à : \n> Objet : A project night?\n> ',
        True,
    ),
    "Zimbra": (
        "fr",
        '----- Mail original -----\nDe: "Maria Fellow" <maria@fellows.example>\nÀ: ana@loirepy.example\nEnvoyé: Lundi 5 Mai 2025 09:12:33\nObjet: A project night?\n',
        True,
    ),
    "Zimbra en": (
        "en",
        'From: "Maria Fellow" <maria@fellows.example>\nTo: "ana" <ana@loirepy.example>\nSent: Monday, 5 May, 2025 09:12:33\nSubject: A project night?\n',
        False,
    ),
    "Libero": (
        "it",
        "Il 05/05/2025 09:12 CEST Maria Fellow <maria@fellows.example> ha scritto:\n \n ",
        False,
    ),
    "Notes": (
        "en",
        "From:   Maria Fellow <maria@fellows.example>\nTo:     ana@loirepy.example\nDate:   05/05/2025 09:12 AM\nSubject:        A project night?\n\n\n",
        False,
    ),
    "Notes 2": ("en", "Maria Fellow <maria@fellows.example> wrote on 05/05/2025 09:12:33 AM:\n", True),
    "GroupWise": ("en", ">>> Maria Fellow <maria@fellows.example> 5/5/2025 9:12 AM >>>", False),
    "GroupWise 2": (
        "en",
        ">>> On 5/5/2025 at 9:12 AM, in message <68188.1@x.example>, Maria Fellow\n<maria@fellows.example> wrote:",
        True,
    ),
    "Outlook for Mac": (
        "en",
        "From: Maria Fellow <maria@fellows.example>\nDate: Monday, 5 May 2025 at 09:12\nTo: Ana <ana@loirepy.example>\nSubject: A project night?\n",
        False,
    ),
    "Outlook mobile": (
        "en",
        "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Maria Fellow <maria@fellows.example>\nSent: Monday, May 5, 2025 9:12:33 AM\nTo: Ana <ana@loirepy.example>\nSubject: A project night?\n",
        False,
    ),
    "Outlook mobile de": (
        "de",
        "Outlook für iOS<https://aka.ms/o0ukef> beziehen\n________________________________\nVon: Maria Fellow <maria@fellows.example>\nGesendet: Monday, May 5, 2025 9:12:33 AM\nAn: Ana <ana@loirepy.example>\nBetreff: A project night?\n",
        False,
    ),
    "Outlook, bold": (
        "en",
        "*From:* Maria Fellow <maria@fellows.example>\n*Sent:* Monday, May 5, 2025 9:12 AM\n*To:* Ana <ana@loirepy.example>\n*Subject:* A project night?\n",
        False,
    ),
    "Windows Mail": (
        "en",
        "From: Maria Fellow\nSent: Monday, May 5, 2025 9:12 AM\nTo: Ana\nSubject: A project night?\n",
        False,
    ),
    "a help desk": (
        "en",
        "##- Please type your reply above this line -##\n\nMaria Fellow, May 5, 2025, 09:12:",
        False,
    ),
    "HEY": ("en", "On May 5, 2025, Maria Fellow <maria@fellows.example> wrote:", True),
    "Superhuman": (
        "en",
        "On Mon, May 05, 2025 at 9:12 AM, Maria Fellow < maria@fellows.example > wrote:",
        True,
    ),
    "Zoho": (
        "en",
        "---- On Mon, 05 May 2025 09:12:33 +0200 Maria Fellow <maria@fellows.example> wrote ---",
        False,
    ),
    "Zoho, new": (
        "en",
        'From: Maria Fellow <maria@fellows.example>\nTo: "Ana"<ana@loirepy.example>\nDate: Mon, 05 May 2025 09:12:33 +0200\nSubject: A project night?\n',
        False,
    ),
    "no announcement": ("en", "", True),
    "Esperanto": ("en", "La 5-a de majo 2025, je 09:12, Maria Fellow <maria@fellows.example> skribis:", True),
    "Icelandic": (
        "en",
        "Þann mán., 5. maí 2025 kl. 09:12 skrifaði Maria Fellow <maria@fellows.example>:",
        False,
    ),
    "Basque": (
        "en",
        "Maria Fellow <maria@fellows.example> igorleak hau idatzi du (2025 mai. 5, al. (9:12)):",
        False,
    ),
    "Swahili": (
        "en",
        "Mnamo Jtt, 5 Mei 2025 saa 09:12 Maria Fellow <maria@fellows.example> aliandika:",
        False,
    ),
    "Georgian": ("en", "ორშ, 5 მაი. 2025, 09:12 თარიღით Maria Fellow <maria@fellows.example> წერდა:", False),
    "Serbian": ("en", "пон, 5. мај 2025. у 09:12 Maria Fellow <maria@fellows.example> је написао/ла:", False),
    "Malay": ("en", "Pada Isn, 5 Mei 2025 pada 9:12 PG Maria Fellow <maria@fellows.example> menulis:", False),
    "Hindi": ("en", "सोम, 5 मई 2025 को 9:12 am बजे को Maria Fellow <maria@fellows.example> ने लिखा:", False),
    "zh-TW": ("zh", "Maria Fellow <maria@fellows.example> 於 2025年5月5日週一 上午9:12寫道：", False),
    "zh-TW Outlook": (
        "zh",
        "寄件者: Maria Fellow <maria@fellows.example>\n寄件日期: 2025年5月5日 上午 09:12\n收件者: Ana <ana@loirepy.example>\n主旨: A project night?\n",
        False,
    ),
    "Becky!": ("ja", "On Mon, 05 May 2025 09:12:33 +0900\nMaria Fellow <maria@fellows.example> wrote:", True),
    "Shuriken": ("ja", "2025/05/05 09:12 に Maria Fellow さんは書きました:", True),
    "ja Outlook": (
        "ja",
        "From: Maria Fellow <maria@fellows.example> \nSent: Monday, May 5, 2025 9:12 AM\nTo: Ana <ana@loirepy.example>\nSubject: A project night?\n",
        False,
    ),
}
"""A program, the language it runs in, how it announces our letter, and whether it marks its lines."""

TAILS = {
    "nothing": "",
    "dashes": "\n\n-- \nAna Dupont\nLoire Python\nhttps://loirepy.example",
    "iPhone": "\n\nSent from my iPhone",
    "iPhone de": "\n\nVon meinem iPhone gesendet",
    "iPhone fr": "\n\nEnvoyé de mon iPhone",
    "iPhone es": "\n\nEnviado desde mi iPhone",
    "iPhone it": "\n\nInviato da iPhone",
    "iPhone pt": "\n\nEnviado do meu iPhone",
    "iPhone nl": "\n\nVerstuurd vanaf mijn iPhone",
    "iPhone pl": "\n\nWysłane z iPhone’a",
    "iPhone sv": "\n\nSkickat från min iPhone",
    "iPhone da": "\n\nSendt fra min iPhone",
    "iPhone fi": "\n\nLähetetty iPhonesta",
    "iPhone cs": "\n\nOdesláno z iPhonu",
    "iPhone hu": "\n\nAz iPhone-omról küldve",
    "iPhone ru": "\n\nОтправлено с iPhone",
    "iPhone uk": "\n\nНадіслано з iPhone",
    "iPhone el": "\n\nΣτάλθηκε από το iPhone μου",
    "iPhone tr": "\n\niPhone’umdan gönderildi",
    "iPhone he": "\n\nנשלח מה-iPhone שלי",
    "iPhone ar": "\n\nتم الإرسال من الـ iPhone الخاص بي",
    "iPhone ja": "\n\niPhoneから送信",
    "iPhone zh": "\n\n发自我的 iPhone",
    "iPhone ko": "\n\n나의 iPhone에서 보냄",
    "iPhone th": "\n\nส่งจาก iPhone ของฉัน",
    "iPhone vi": "\n\nĐã gửi từ iPhone của tôi",
    "iPhone ro": "\n\nTrimis de pe iPhone-ul meu",
    "iPhone hr": "\n\nPoslano s mog iPhonea",
    "Android": "\n\nSent from Outlook for Android<https://aka.ms/AAb9ysg>",
    "Yahoo": "\n\nSent from Yahoo Mail on Android",
    "Proton": "\n\nSent with Proton Mail secure email.",
    "GMX": "\n\nGesendet mit der GMX Mail App",
    "Samsung": "\n\nSent from my Galaxy",
    "Windows": "\n\nSent from Mail for Windows",
    "Avast": "\n\n--\nVirus-free. www.avast.com",
    "disclaimer": "\n\nThis e-mail and any attachments are confidential and intended solely for the addressee. If you have received it\nin error, please tell us and delete it.",
    "disclaimer de": "\n\nDiese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht der richtige\nAdressat sind, vernichten Sie diese E-Mail.",
    "disclaimer fr": "\n\nCe message et toutes les pièces jointes sont confidentiels et établis à l'intention exclusive de leurs destinataires.",
    "green": "\n\nPlease consider the environment before printing this e-mail.",
    "regards": "\n\nBest regards,\nAna",
    "Grüße": "\n\nHerzliche Grüße aus Nantes\nAna",
    "Hälsningar": "\n\nMed vänliga hälsningar\nAna Dupont",
    "С уважением": "\n\nС уважением,\nАна",
    "敬具": "\n\nよろしくお願いいたします。\n田中",
}
LISTS = {
    "none": "",
    "Mailman": "\n_______________________________________________\nOrga mailing list\nOrga@lists.loirepy.example\nhttps://lists.loirepy.example/mailman/listinfo/orga\n",
    "Mailman 3": "\n_______________________________________________\nOrga mailing list -- orga@lists.loirepy.example\nTo unsubscribe send an email to orga-leave@lists.loirepy.example\n",
    "Google": '\n-- \nYou received this message because you are subscribed to the Google Groups "orga" group.\nTo unsubscribe from this group and stop receiving emails from it, send an email to orga+unsubscribe@googlegroups.com.\n',
    "groups.io": "\n-=-=-=-=-=-=-=-=-=-=-=-\nGroups.io Links: You receive all messages sent to this group.\nView/Reply Online (#12): https://groups.io/g/orga/message/12\nMute This Topic: https://groups.io/mt/1/2\n-=-=-=-=-=-=-=-=-=-=-=-\n",
    "Sympa": "\n---\nListe de diffusion orga@listes.loirepy.example\nPour se désabonner : https://listes.loirepy.example/sympa\n",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and what the person wrote in it."""

    name: str
    text: str
    hers: str


def marked(text, mark="> "):
    return "\n".join((mark + line).rstrip() for line in text.rstrip("\n").split("\n"))


def rewrapped(text, width=60):
    """Our letter with other line breaks."""
    lines = []
    for paragraph in text.rstrip("\n").split("\n\n"):
        line = ""
        for word in paragraph.split():
            if len(line) + len(word) >= width:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines += [line, ""]
    return "\n".join(lines)


def answers():
    """Every answer, in a fixed order."""
    yield from _by_language()
    yield from _by_program()
    yield from _with_tails()


def _by_language():
    for program, table in (("Gmail", GMAIL), ("Apple Mail", APPLE), ("Thunderbird", THUNDERBIRD)):
        for language, heading in table.items():
            hers = HERS[language]
            yield Answer(
                f"{program} {language} above", f"{hers}\n\n{heading}\n\n{marked(rewrapped(SENT))}\n", hers
            )
            yield Answer(f"{program} {language} below", f"{heading}\n{marked(SENT)}\n\n{hers}\n", hers)
            yield Answer(f"{program} {language} unmarked", f"{hers}\n\n{heading}\n\n{SENT}\n", hers)
            yield inline(f"{program} {language} between", f"{heading}\n", language, quoted=True)
    for language, block in OUTLOOK.items():
        hers, heading = HERS[language], "\n".join(block)
        for name, rule in (
            ("", ""),
            (" ruled", "________________________________\n"),
            (" dashed", "-----Original Message-----\n"),
        ):
            yield Answer(f"Outlook{name} {language}", f"{hers}\n\n{rule}{heading}\n\n{SENT}\n", hers)


def _by_program():
    for name, (language, heading, marks) in ODD.items():
        hers = HERS[language]
        quoted = marked(SENT) if marks else SENT
        yield Answer(name, f"{hers}\n\n{heading}\n{quoted}\n", hers)
        if marks:
            yield Answer(f"{name} below", f"{heading}\n{quoted}\n\n{hers}\n", hers)


def _with_tails():
    for name, tail in TAILS.items():
        for program, heading in (("Gmail", GMAIL["en"]), ("Outlook", "\n".join(OUTLOOK["en"]))):
            quoted = marked(SENT) if program == "Gmail" else SENT
            yield Answer(
                f"{program} with {name}", f"{HERS['en']}{tail}\n\n{heading}\n\n{quoted}\n", HERS["en"]
            )
        yield Answer(f"{name} and no quote", f"{HERS['en']}{tail}\n", HERS["en"])
    for name, footer in LISTS.items():
        yield Answer(f"{name} and no quote", f"{HERS['en']}\n{footer}", HERS["en"])
        yield Answer(
            f"{name} below a quote", f"{HERS['en']}\n\n{GMAIL['en']}\n{marked(SENT)}\n{footer}", HERS["en"]
        )
        yield Answer(
            f"{name} below an answer", f"{GMAIL['en']}\n{marked(SENT)}\n\n{HERS['en']}\n{footer}", HERS["en"]
        )


def inline(name, heading, language, *, quoted):
    """Answers between the lines of our letter."""
    first, second = INLINE.get(language, INLINE["en"])
    mark = marked if quoted else str
    paragraphs = SENT.rstrip("\n").split("\n\n")
    text = "\n\n".join(
        [*map(mark, paragraphs[:3]), first, mark(paragraphs[3]), second, *map(mark, paragraphs[4:])]
    )
    return Answer(name, f"{heading}{text}\n", f"{first}\n\n{second}")


KEPT = {
    "an event": "Here is the plan:\n\nWhen: 12.06.2025 18:30\nWhere: Town hall, Nantes\nContact: ana@loirepy.example\nSubject: packaging\n\nSee you there!",
    "a journey": "I travel like this:\n\nFrom: Berlin, 5 May 9:12\nTo: Paris\nBack: 8 May\n\nCould we meet on the way?",
    "a quotation in prose": "As Guido wrote on 12.03.2025:\n\nreadability counts. I fully agree with him, and so do our members.\n\nLet us talk.",
    "a colon and a date": "My answer to your letter of 5 May 2025, 09:12:\n\nyes, we would like to.",
    "a list of names": "These people will help:\n\n- Ana <ana@loirepy.example>\n- Bo <bo@loirepy.example>\n\nPlease write to them.",
    "dashes": "First point.\n\n---\n\nSecond point, which is longer than the first one.\n\n---\n\nThird.",
    "a poem": "Hello\n\n***\n\nthat was a nice letter\n\n***\n\nthank you",
    "thanks only": "Thanks,\nAna",
    "regards only": "Best regards",
    "code": "Try this:\n\n    $ pip install loire > log.txt\n    >>> import loire\n    >>> loire.go()\n\nThat shows it.",
    "sent by post": "Sent with love from Nantes, dear Maria, is what our members would say about the books you have sent to us.\nWe will read them all.",
    "one word": "Yes",
    "an emoji": "👍",
    "about privacy": "This e-mail is short because I am on a train. We do want the project night.",
    "caution": "Caution: the room is on the third floor and has no lift.\nIs that a problem?\n\nAna",
    "numbers": "1. yes\n2. no\n3. 12 June at 18:30\n\nOK?",
    "you receive": "Do you receive our newsletter?\n\nYou receive this message late because I was ill. Sorry!",
    "original": "The original message got lost, could you send it again?",
    "phones": "I have an iPhone\n\nDoes your app work there?",
    "who wrote": "Bo wrote:\nwe should do it.\n\nI say so too.",
    "the end says regards": "Please give my best regards to your colleagues,\nthey were very kind to us when we met in Nantes last year and we will not forget it, truly.\n\nSo: yes.",
    "a table": "| day | room |\n| Mon | A |",
    "German prose": "Am 12. Juni um 18:30 Uhr schrieb ich Bo schon, dass wir gern dabei sind.\nEr freut sich.",
    "French prose": "Le 12 juin à 18:30, nous vous attendons :\n\nsalle B, deuxième étage.",
    "a date and a link": "12.06.2025, 18:30: https://loirepy.example/night\n\nThat is the page.",
}
"""What must stay whole (the lines of greeting and closing apart)."""

HTML = {
    "Gmail": (
        '<div dir="ltr">{hers}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Mnamo Jtt, 5 Mei 2025 saa 09:12 Maria Fellow &lt;<a href="mailto:maria@fellows.example">maria@fellows.example</a>&gt; aliandika:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{sent}</blockquote></div>'
    ),
    "Gmail, signed": (
        '<div dir="ltr">{hers}<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">Ana Dupont<br>Loire Python</div></div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, May 5, 2025 at 9:12 AM Maria wrote:<br></div><blockquote class="gmail_quote">{sent}</blockquote></div>'
    ),
    "Outlook": '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {{margin:0}}</style></head><body><div class="WordSection1">{hers}<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Oddělano:</b> Maria<br><b>Datumo:</b> 5<br></p></div></div>{sent}</div></body></html>',
    "Outlook on the web": '<div style="font-family: Calibri" class="elementToProof">{hers}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font><b>Nuntius a:</b> Maria<br><b>Dies:</b> Lunae<br></font></div><div class="BodyFragment">{sent}</div>',
    "Outlook mobile": '<div dir="auto">{hers}</div><div id="ms-outlook-mobile-signature"><div></div><a href="https://aka.ms/o0ukef">Tolle Outlook</a></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>A:</b> Maria</div><div>{sent}</div>',
    "Yahoo": '<html><body><div class="ydp1yahoo-style-wrap"><div>{hers}</div></div><div id="yahoo_quoted_1" class="yahoo_quoted"><div><div>Am Lunae schrubte Maria:</div><div>{sent}</div></div></div></body></html>',
    "Apple": '<html><head></head><body>{hers}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 5 May 2025, at 09:12, Maria wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{sent}</div></blockquote></body></html>',
    "Thunderbird": '<body text="#000000"><p>{hers}</p><div class="moz-signature">-- <br>Ana</div><div class="moz-cite-prefix">Luni 5 Mai Maria scribebat:<br></div><blockquote type="cite" cite="mid:x@y">{sent}</blockquote></body>',
    "ProtonMail": '<div style="font-family: Arial">{hers}</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with <a href="https://proton.me">Proton Mail</a> secure email.</div></div><div class="protonmail_quote">On Monday Maria wrote:<br><blockquote class="protonmail_quote" type="cite">{sent}</blockquote></div>',
    "Tutanota": '<div>{hers}</div><div><br></div><div>5 May 2025, 09:12 by maria@fellows.example:<br></div><blockquote class="tutanota_quote" style="border-left: 1px solid #93A3B8;">{sent}</blockquote>',
    "Zoho": '<div style="font-family: Verdana">{hers}<br></div><div class="zmail_extra_hr" style="border-top: 1px solid rgb(204, 204, 204);"></div><div class="zmail_extra"><br><div id="Zm-_Id_-Sgn1">---- Die Lunae Maria scripsit ----<br></div><div><blockquote>{sent}</blockquote></div></div>',
    "GMX": '<html><head></head><body><div style="font-family: Verdana;">{hers}<div style="margin: 10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;" name="quote"><div style="margin:0 0 10px 0;"><b>Gesendet:</b>&nbsp;Montag, 05. Mai 2025<br><b>Von:</b>&nbsp;Maria<br><b>An:</b>&nbsp;ana@loirepy.example<br><b>Betreff:</b>&nbsp;A project night?</div><div name="quoted-content">{sent}</div></div></div></body></html>',
    "Zimbra": '<html><body><div style="font-family: arial">{hers}<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>A: </b>Maria<br></div><div data-marker="__QUOTED_TEXT__">{sent}</div></div></body></html>',
    "Spark": '<html><body><div name="messageBodySection">{hers}</div><div name="messageSignatureSection">Ana</div><div name="messageReplySection">Die 5 Mai Maria scripsit:<br><blockquote type="cite">{sent}</blockquote></div></body></html>',
    "QQ": '<div>{hers}</div><div><br></div><div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b>&nbsp;"Maria"&lt;maria@fellows.example&gt;;</div><div><b>发送时间:</b>&nbsp;2025年5月5日(星期一) 上午9:12</div><div><b>收件人:</b>&nbsp;"ana"&lt;ana@loirepy.example&gt;;</div><div><b>主题:</b>&nbsp;A project night?</div></div><div>{sent}</div>',
    "Mail.ru": '<HTML><BODY><div>{hers}</div><blockquote style="border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px;">Понедельник, 5 мая 2025, 9:12 +03:00 от Maria Fellow &lt;maria@fellows.example&gt;:<br>&nbsp;<div>{sent}</div></blockquote></BODY></HTML>',
    "re-quoted by Outlook": '<div class="x_elementToProof">{hers}</div><div class="x_gmail_quote"><div class="x_gmail_attr">Die Lunae Maria scripsit:</div><blockquote class="x_gmail_quote">{sent}</blockquote></div>',
}
"""Mails of HTML alone; headings are in no language where the program marks them otherwise."""


def in_html(text):
    return "".join(f"<div>{line or '<br>'}</div>" for line in text.replace("<", "&lt;").split("\n"))


def html_answers():
    """Name, HTML, and what the person wrote."""
    for name, form in HTML.items():
        for language in ("en", "ru", "ja"):
            yield (
                f"{name} {language}",
                form.format(hers=in_html(HERS[language]), sent=in_html(SENT)),
                HERS[language],
            )


def hard_answers():
    """Answers that only who knows our letter can read right."""
    heading = "\n".join(OUTLOOK["en"])
    yield inline("Outlook, between the lines", f"{heading}\n\n", "en", quoted=False)
    banner = "CAUTION: this came from outside.\n\n"
    between = inline("", f"See below.\n\n{heading}\n\n{banner}", "en", quoted=False)
    theirs = f"{between.text}\nFrom: Bo <bo@x.example>\nSent: 1 May 2025\nTo: Maria\n\nOld words."
    yield Answer("between the lines, below a banner", theirs, f"See below.\n\n{between.hers}")
    yield inline("between the lines, unannounced", "", "en", quoted=False)
    links = SENT.replace(
        "https://fellows.example/fees",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffellows.example%2Ffees&data=05%7C01",
    )
    yield Answer("a scanner's links", f"{HERS['en']}\n\n{links}", HERS["en"])
    yield Answer("an empty answer", f"{GMAIL['en']}\n{marked(SENT)}\n", "")
    yield Answer("an empty answer, unmarked", f"{heading}\n\n{SENT}", "")
    yield Answer(
        "a forward without a word", f"---------- Forwarded message ---------\n{heading}\n\n{SENT}", ""
    )
    yield Answer("unannounced", f"{HERS['en']}\n\n{rewrapped(SENT, 45)}", HERS["en"])
    yield Answer(
        "a heading in no language",
        f"{HERS['en']}\n\nDie Lunae, 5 Mai 2025, 09:12, Maria scripsit haec:\n\n{SENT}",
        HERS["en"],
    )
    yield Answer(
        "a block in no language",
        f"{HERS['en']}\n\nAb: Maria <maria@fellows.example>\nMissum: die 5 Mai 2025 09:12\nAd: Ana <ana@loirepy.example>\nRes: A project night?\n\n{SENT}",
        HERS["en"],
    )
    yield Answer(
        "wrapped on its way",
        f"{HERS['en']}\n\n{GMAIL['en']}\n"
        + "\n".join("> " + line[:70] + ("\n" + line[70:] if line[70:] else "") for line in SENT.split("\n")),
        HERS["en"],
    )
    yield Answer(
        "an answer marked as a quote",
        f"> {GMAIL['en']}\n{marked(SENT)}\n> We would love to come, the room is booked.\n",
        "We would love to come, the room is booked.",
    )
    yield Answer(
        "typographic", f"{HERS['en']}\n\n{SENT.replace(chr(34), '“').replace(' I ', ' I ')}", HERS["en"]
    )
    yield Answer(
        "other marks",
        f"{HERS['en']}\n\nMaria Fellow:\n" + marked(SENT, "MF> "),
        HERS["en"] + "\n\nMaria Fellow:",
    )
    yield Answer("the same closing", "Yes, we would.\n\nWarm regards\nAna", "Yes, we would.")
    yield Answer(
        "the same greeting",
        "Hello Ana,\n\nMaria asks for a project night. What do you say?\n\nBo",
        "Hello Ana,\n\nMaria asks for a project night. What do you say?\n\nBo",
    )
    earlier = "From: Ana <ana@loirepy.example>\nSent: Sunday, May 4, 2025 9:12 AM\nTo: Maria <maria@fellows.example>\nSubject: Re: A project night?\n\nNot before summer, I fear.\n\n"
    yield Answer(
        "a thread",
        f"{HERS['en']}\n\n{heading}\n\nAll right, I will wait then.\n\n{earlier}{heading}\n\n{SENT}",
        HERS["en"],
    )
    yield Answer("list footer after ours", f"Gladly.\n\n{heading}\n\n{SENT}{LISTS['Mailman']}", "Gladly.")
