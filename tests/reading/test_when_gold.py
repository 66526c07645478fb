"""Sentences of our own with the times in them marked: {words|value}, read on Friday 22 March 2024.

A set for development and regression, not a measure of quality: the reader was mended on it.
"""

import re
from datetime import date

WRITTEN = date(2024, 3, 22)
_MARKED = re.compile(r"\{([^|{}]+)\|([^|{}]+)\}")

GOLD = {
    "en": """
The convoy was attacked on {7 March 2024|2024-03-07} near the bridge.
A bomb exploded on {March 7, 2024|2024-03-07}, killing two guards.
The consul left on {7 March|2024-03-07} and came back on {March 12th|2024-03-12}.
The letter is dated {2024-02-29|2024-02-29}; the copy {03.03.2024|2024-03-03}.
The judge was followed on {the 4th of February|2024-02-04}.
He was seen in {January 2023|2023-01} and again in {June of 2023|2023-06}.
It began in {1998|1998} and ended in {early 2001|2001}.
{Last March|2023-03} the group split; {this March|2024-03} it met again.
The plot was found in {late February|2024-02}, in {mid-February|2024-02} at the soonest.
Between {7 and 9 March|2024-03-07/2024-03-09} the guards were doubled.
The fair runs {28-30 March|2024-03-28/2024-03-30}.
The visit will last from {2 to 5 April|2024-04-02/2024-04-05}.
Police said on {Friday|2024-03-22} that the man was armed.
The priest was shot dead {Thursday|2024-03-21}.
He will be killed on {Monday|2024-03-25}, the caller said.
The march will take place {next Friday|2024-03-29}; {last Friday|2024-03-15} it rained.
On {Tuesday, 19 March 2024|2024-03-19} the reply came.
The meeting is {this Sunday|2024-03-24}.
She was threatened {yesterday|2024-03-21} and {the day before yesterday|2024-03-20}.
They will come {tomorrow|2024-03-23} or {the day after tomorrow|2024-03-24}.
{Today|2024-03-22} nobody answers.
He left home {this morning|2024-03-22TMO} and was taken {this afternoon|2024-03-22TAF}.
Shots were heard {last night|2024-03-21TNI}; {tonight|2024-03-22TNI} patrols are out.
It fell at {2100 on 15 January|2024-01-15T21:00} [{0100 GMT 16 Jan|2024-01-16T01:00}], they say.
The station was attacked {yesterday morning|2024-03-21TMO}.
They strike {tomorrow night|2024-03-23TNI}.
The mosque was set on fire on {Friday night|2024-03-22TNI}.
A grenade was thrown on {Thursday evening|2024-03-21TEV}.
The call came at {18:00|2024-03-22T18:00}.
The blast came at {5 p.m. on Thursday|2024-03-21T17:00}.
The first shots fell at {2330 GMT|2024-03-22T23:30}.
The doors open at {7.30 pm|2024-03-22T19:30}; leave before {noon|2024-03-22T12:00}.
On {21 March at 18:45|2024-03-21T18:45} the alarm went off.
He was last seen {yesterday at 6 o'clock|2024-03-21T06:00}.
The attack came in {the night of 7 March|2024-03-07TNI}.
Avoid crowds over {the next 48 hours|PT48H}.
Extremists may strike within {72 hours|PT72H}.
In {the coming days|PXD} the embassy will be shut.
In {the past two weeks|P2W} four journalists were followed.
{The last three months|P3M} were quiet.
For {the past few years|PXY} he lived abroad.
{Last week|2024-W11} she moved; {next week|2024-W13} she travels.
{This week|2024-W12} the court sits.
{Last month|2024-02} he was warned; {next month|2024-04} he testifies.
{This year|2024} nine were killed, {last year|2023} thirty.
They want him dead by {next year|2025}.
{Two days ago|2024-03-20} a parcel was left at the gate.
{Three weeks ago|2024-W09} the guard was withdrawn.
{A month ago|2024-02} a man asked for her address.
The leader was shot {five years ago|2019}.
{Several days ago|PAST_REF} he stopped answering.
The bomb will go off in {two days|2024-03-24}.
They will move {a week from now|2024-W13}.
The hostages were held for {three days|P3D}.
He spent {ten years|P10Y} in prison and {a year|P1Y} in hiding.
A {20-year|P20Y} sentence followed a {two-week|P2W} trial.
It took {two and a half hours|PT2.5H}, then {half an hour|PT0.5H} more.
She has waited for {months|PXM}, he for {several weeks|PXW}.
{More than six hours|PT6H} passed.
A guard stood there for {about 40 minutes|PT40M}.
They call {every day|P1D} and {every night|XXXX-XX-XXTNI}.
The family gets {weekly|P1W} letters and {daily|P1D} calls.
{Each Monday|XXXX-WXX-1} he walks to the market.
Threats come {twice a week|P1W}.
He swims {every two weeks|P2W}.
The court sits on {Tuesdays|XXXX-WXX-2}.
The office was bombed in {the third quarter of 1998|1998-Q3}.
In {the first half of 2023|2023-H1} no one was hurt.
In {the 1980s|198} the front was strong; in {the eighties|198} it ruled.
A feud of {the 19th century|18} goes on.
{Last summer|2023-SU} the camp was raided, in {the winter of 2022|2022-WI} too.
On {Christmas Eve|2023-12-24} the church was empty.
He will be there on {New Year's Eve|2024-12-31}.
She is {now|PRESENT_REF} under guard and was {recently|PAST_REF} moved.
An attack is expected {soon|FUTURE_REF}.
Hostilities rose in {recent weeks|PAST_REF}.
On {4 March|2024-03-04} the car was stolen; {the following day|2024-03-05} it was found burnt.
On {1 March|2024-03-01} she wrote; {two days later|2024-03-03} she was dead.
He was taken on {8 March|2024-03-08}; {that night|2024-03-08TNI} shots were heard.
On {9 March|2024-03-09} he fled; {the previous day|2024-03-08} he had been named.
He was shot on {10 March|2024-03-10}, {a week earlier|2024-W09} his driver.
{The next day|2024-03-23} the street was quiet.
Guards change at {midnight|2024-03-22T24:00}.
The train left at {0715|2024-03-22T07:15} and came in at {1900 hours|2024-03-22T19:00}.
It was {early Thursday|2024-03-21} when they came, {late last night|2024-03-21TNI}.
The ban holds until {30 June|2024-06-30}.
Since {2 February|2024-02-02} the president has stayed at his farm.
He fled before {December 2023|2023-12} and was back by {Christmas|2023-12-25}.
{This weekend|2024-W12-WE} there is a concert.
A raid was made {last weekend|2024-W11-WE}.
{Earlier this week|2024-W12} the hall was searched.
{Later this month|2024-03} the trial ends.
She was born on {12 May 1961|1961-05-12} and married on {3/14/1988|1988-03-14}.
The note said {4 FEB 90|1990-02-04}, and nothing more.
The team was there from {Monday|2024-03-18} to {Wednesday|2024-03-20}.
He has {24 hours|PT24H} to leave the country.
You have until {Sunday|2024-03-24} to pay, or you will be shot.
Within {a week|P1W} you will all be dead.
Nobody was hurt in {May|2023-05} but in {May 2022|2022-05} nine were.
""",
    "ru": """
Взрыв произошёл {22 марта 2024 года|2024-03-22} у рынка.
{7 марта|2024-03-07} его предупредили.
В {пятницу вечером|2024-03-22TEV} он вышел из дома.
Его убили {вчера утром|2024-03-21TMO}, {позавчера|2024-03-20} угрожали.
{Завтра|2024-03-23} будет поздно.
На {прошлой неделе|2024-W11} сожгли машину.
{Два дня назад|2024-03-20} пришло письмо.
Его убьют {через три дня|2024-03-25}.
Нападение возможно в течение {48 часов|PT48H}.
В {ближайшие дни|PXD} избегайте толпы.
Звонят {каждый день|P1D}.
В {начале марта|2024-03} он уехал.
Это было в {2023 году|2023}.
Собрание в {18:30|2024-03-22T18:30}.
Он сидел {пять лет|P5Y}.
В {прошлом году|2023} погибли трое.
{Сейчас|PRESENT_REF} она под охраной.
""",
    "uk": """
Вибух стався {22 березня 2024 року|2024-03-22} біля ринку.
{7 березня|2024-03-07} його попередили.
У {п'ятницю ввечері|2024-03-22TEV} він вийшов з дому.
Його вбили {вчора вранці|2024-03-21TMO}, {позавчора|2024-03-20} погрожували.
{Завтра|2024-03-23} буде пізно.
{Минулого тижня|2024-W11} спалили машину.
{Два дні тому|2024-03-20} прийшов лист.
Його вб'ють {через три дні|2024-03-25}.
Напад можливий протягом {48 годин|PT48H}.
У {найближчі дні|PXD} уникайте натовпу.
Дзвонять {щодня|P1D}.
На {початку березня|2024-03} він поїхав.
Це було у {2023 році|2023}.
Збори о {18:30|2024-03-22T18:30}.
Він сидів {п'ять років|P5Y}.
{Зараз|PRESENT_REF} вона під охороною.
""",
    "fr": """
L'explosion a eu lieu {le 22 mars 2024|2024-03-22} près du marché.
{Le 7 mars|2024-03-07}, il a été averti.
Il est sorti {vendredi soir|2024-03-22TEV}.
Il a été tué {hier matin|2024-03-21TMO}, menacé {avant-hier|2024-03-20}.
{Demain|2024-03-23} il sera trop tard.
{La semaine dernière|2024-W11}, sa voiture a brûlé.
La lettre est arrivée {il y a deux jours|2024-03-20}.
Il sera tué {dans trois jours|2024-03-25}.
Une attaque est possible dans {les 48 heures|PT48H}.
Évitez la foule dans {les prochains jours|PXD}.
Ils appellent {chaque jour|P1D}.
Il est parti {début mars|2024-03}.
C'était en {2023|2023}.
La réunion est à {18h30|2024-03-22T18:30}.
Il a passé {cinq ans|P5Y} en prison.
{L'année dernière|2023}, trois sont morts.
Le rendez-vous est {lundi prochain|2024-03-25}.
{Aujourd'hui|2024-03-22} personne ne répond.
""",
    "es": """
La explosión fue {el 22 de marzo de 2024|2024-03-22} junto al mercado.
{El 7 de marzo|2024-03-07} lo avisaron.
Salió {el viernes por la noche|2024-03-22TNI}.
Lo mataron {ayer por la mañana|2024-03-21TMO}, lo amenazaron {anteayer|2024-03-20}.
{Mañana|2024-03-23} será tarde.
{La semana pasada|2024-W11} quemaron su coche.
La carta llegó {hace dos días|2024-03-20}.
Atacarán dentro de {tres días|P3D}.
Puede haber un ataque en {las próximas 48 horas|PT48H}.
Eviten las multitudes en {los próximos días|PXD}.
Llaman {cada día|P1D}.
Se fue a {principios de marzo|2024-03}.
Fue en {2023|2023}.
La reunión es a las {18:30|2024-03-22T18:30}.
Pasó {cinco años|P5Y} en la cárcel.
{El año pasado|2023} murieron tres.
La cita es {el lunes próximo|2024-03-25}.
{Hoy|2024-03-22} nadie contesta.
""",
    "tr": """
Patlama {22 Mart 2024|2024-03-22} günü oldu.
{7 Mart|2024-03-07}'ta uyarıldı.
{Cuma gecesi|2024-03-22TNI} evden çıktı.
{Dün sabah|2024-03-21TMO} öldürüldü.
{Yarın|2024-03-23} geç olacak.
{Geçen hafta|2024-W11} arabası yakıldı.
Mektup {iki gün önce|2024-03-20} geldi.
{Üç gün sonra|2024-03-25} öldürülecek.
{Önümüzdeki 48 saat içinde|PT48H} saldırı olabilir.
{Önümüzdeki günlerde|PXD} kalabalıktan kaçının.
{Her gün|P1D} arıyorlar.
{Mart başında|2024-03} gitti.
Bu {2023 yılında|2023} oldu.
Toplantı saat {18:30|2024-03-22T18:30}'da.
{Beş yıl|P5Y} hapis yattı.
{Bugün|2024-03-22} kimse cevap vermiyor.
{Gelecek yıl|2025} dönecek.
""",
    "ar": """
وقع الانفجار في {22 مارس 2024|2024-03-22} قرب السوق.
في {7 آذار|2024-03-07} تم تحذيره.
خرج {مساء الجمعة|2024-03-22TEV} من البيت.
قتل {صباح أمس|2024-03-21TMO} وهدد {أول أمس|2024-03-20}.
{غدا|2024-03-23} سيكون متأخرا.
{الأسبوع الماضي|2024-W11} أحرقت سيارته.
وصلت الرسالة {قبل يومين|2024-03-20}.
سيقتل {بعد ثلاثة أيام|2024-03-25}.
هجوم محتمل خلال {48 ساعة|PT48H}.
تجنبوا الحشود في {الأيام القادمة|PXD}.
يتصلون {كل يوم|P1D}.
سافر في {أوائل مارس|2024-03}.
كان ذلك في عام {2023|2023}.
الاجتماع الساعة {18:30|2024-03-22T18:30}.
سجن {خمس سنوات|P5Y}.
{العام الماضي|2023} مات ثلاثة.
هي {الآن|PRESENT_REF} تحت الحماية.
""",
    "fa": """
انفجار {۲۲ مارس ۲۰۲۴|2024-03-22} نزدیک بازار رخ داد.
در {۷ مارس|2024-03-07} به او هشدار دادند.
{۱۷ اسفند ۱۴۰۲|2024-03-07} نامه رسید.
{جمعه شب|2024-03-22TNI} از خانه رفت.
{دیروز صبح|2024-03-21TMO} کشته شد.
{فردا|2024-03-23} دیر است.
{هفته گذشته|2024-W11} ماشینش را سوزاندند.
نامه {دو روز پیش|2024-03-20} آمد.
{سه روز دیگر|2024-03-25} می‌آیند.
حمله ظرف {۴۸ ساعت|PT48H} ممکن است.
در {روزهای آینده|PXD} مراقب باشید.
{هر روز|P1D} زنگ می‌زنند.
در {اوایل مارس|2024-03} رفت.
سال {۲۰۲۳|2023} بود.
جلسه ساعت {۱۸:۳۰|2024-03-22T18:30} است.
{پنج سال|P5Y} زندان بود.
{پارسال|2023} سه نفر مردند.
""",
    "zh": """
爆炸发生在{2024年3月22日|2024-03-22}。
{3月7日|2024-03-07}他被警告。
{周五晚上|2024-03-22TNI}他离开了家。
{昨天早上|2024-03-21TMO}他被杀,{前天|2024-03-20}受到威胁。
{明天|2024-03-23}就晚了。
{上周|2024-W11}车被烧了。
信是{两天前|2024-03-20}到的。
他们{三天后|2024-03-25}来。
{未来48小时内|PT48H}可能发生袭击。
{未来几天|PXD}请避开人群。
他们{每天|P1D}打电话。
他{3月初|2024-03}走了。
那是{2023年|2023}。
会议在{下午6点|2024-03-22T18:00}。
他坐了{五年|P5Y}牢。
{去年|2023}死了三个人。
{下周一|2024-03-25}见面,{上周五|2024-03-15}没来。
""",
}

# Written after the reader was mended on the rest, and scored once before it was looked at.
UNSEEN = """
Gunmen ambushed the mayor's car at {dawn on Wednesday|2024-03-20TMO}, police said.
The ministry gave the envoy until {midnight on Saturday|2024-03-23T24:00} to leave.
Since {mid-2022|2022} at least eleven editors have been threatened.
They were abducted on {the morning of March 3|2024-03-03TMO} and freed {six days later|2024-03-09}.
By {the end of next month|2024-04} the witness must be moved.
"We will burn the hall down {this Saturday night|2024-03-23TNI}," the message read.
He had been due to speak at {2:15 p.m. Sunday|2024-03-24T14:15}.
The shooting came {three days after|P3D} the funeral.
The governor, shot {nearly two years ago|2022}, still needs a guard {24 hours|PT24H} a day.
Over {the weekend|2024-W11-WE} three churches were daubed with threats.
In {the summer of 2021|2021-SU} the same man had stalked another judge for {eight weeks|P8W}.
The embassy will stay closed through {April 1|2024-04-01}.
A {48-hour|PT48H} ultimatum ran out {Thursday|2024-03-21}.
Intelligence from {October 2023|2023-10} spoke of an attack in {the spring of 2024|2024-SP}.
No one has been charged in {the past decade|P1DE}.
The hearing was put off from {February 28|2024-02-28} to {April 9|2024-04-09}.
They planned to strike on {the tenth of April|2024-04-10}.
At {around 4 a.m.|2024-03-22T04:00} a shell hit the clinic.
Officers patrol the street {nightly|P1D}.
{Years|PXY} of feuding ended with a handshake {earlier this month|2024-03}.
The cell met {every Thursday|XXXX-WXX-4} for {nine months|P9M} until {12/11/2023|2023-11-12}.
In {the next fortnight|P2W} the reporter will testify.
The blast killed 19 people {last year|2023}.
{Months earlier|PAST_REF} he had bought a rifle.
Guards were doubled {two nights ago|2024-03-20TNI}.
Do not travel between {April 5|2024-04-05} and {April 8|2024-04-08}.
The cable of {6 Mar 2024|2024-03-06} names the concert hall.
The first call, at {9.05 a.m.|2024-03-22T09:05}, lasted {90 seconds|PT90S}.
A man was arrested at {3 o'clock this morning|2024-03-22T03:00}.
The deputy was killed {one week before|P1W} the vote, and his brother {the day after|2024-03-23}.
{At present|PRESENT_REF} the family is abroad and will stay there for {a couple of months|PXM}.
Dozens were held for {a day and a half|P1.5D}.
In {the days ahead|PXD} protests are likely.
"""

NO_TIME = """
Mrs May said the march would go on.
The second man, a sergeant, fell.
They may march to the spring; the sun was hot.
About 2,000 people fled, 300 of them on foot.
Version 1.2.3 of room 1204 is at no. 22.
The minute book, the hour glass and the day book burnt.
He may fall. She saw the light. Sat down, he wed.
"""


def sentences(marked: str) -> list[tuple[str, list[tuple[int, str, str]]]]:
    """Each sentence without marks, and what is marked in it: start, words, value."""
    told = []
    for line in marked.split("\n"):
        plain, times, last = "", [], 0
        for mark in _MARKED.finditer(line):
            plain += line[last : mark.start()]
            times.append((len(plain), mark[1], mark[2]))
            plain += mark[1]
            last = mark.end()
        if times:
            told.append((plain + line[last:], times))
    return told
