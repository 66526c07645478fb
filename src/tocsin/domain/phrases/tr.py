"""Türkçe."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="tr",
    name="Türkçe",
    headline_alert="UYARI",
    headline_update="GÜNCELLENMİŞ UYARI, öncekinin yerine geçer",
    headline_cancel="UYARI İPTAL EDİLDİ",
    follows="{at} UTC tarihli uyarının devamıdır.",
    labels=("Ne", "Nerede", "Ne zaman", "Ne yapmalı", "Kimi aramalı", "Dayanak"),
    months=(
        "Ocak",
        "Şubat",
        "Mart",
        "Nisan",
        "Mayıs",
        "Haziran",
        "Temmuz",
        "Ağustos",
        "Eylül",
        "Ekim",
        "Kasım",
        "Aralık",
    ),
    span="başlangıç {opens}, bitiş {closes}",
    exercise="TATBİKAT",
    exercise_note="Bu bir tatbikattır. İçindeki hiçbir şey gerçek değildir.",
    please_confirm="Lütfen bunu okuyup anladığınızı onaylayın:",
    your_code="Kodunuz",
    page_note=(
        "Sayfayı yalnızca açmak hiçbir şeyi onaylamaz. Orada ne yapacağınızı da "
        "söyleyebilir, soru sorabilir veya bu uyarıyı reddettiğinizi bildirebilirsiniz."
    ),
    error="Hata",
    warning="Uyarı",
    for_you="Size bir uyarı",
    cancelled_for_you="Size yapılan bir uyarı iptal edildi",
    addressed="Alıcı: {name}.",
    addressed_from="Alıcı: {name}, gönderen: {house}.",
    exact_words="Tam metin",
    other_languages="Diğer dillerde",
    was_cancelled="Bu uyarı iptal edildi. Artık geçerli değil.",
    was_replaced=(
        "Bu uyarının yerini daha yeni bir uyarı aldı. Aşağıdaki metne göre hareket etmeyin: "
        "daha yeni mesajı bulun veya içindeki numarayı arayın."
    ),
    confirmed="Onayladınız. Teşekkür ederiz.",
    confirmed_since="Bunu okuyup anladığınızı biliyoruz: {at}.",
    what_next=(
        "Bundan sonra: biri konuyu takip ediyor ve sizi arayabilir. Bir şey değişirse yeni "
        "bir mesaj alırsınız. Bu sayfada başka bir şey yapmanız gerekmiyor."
    ),
    confirm_that="Aldığınızı onaylayın",
    confirm_note=(
        "Bu sayfayı açmak hiçbir şeyi onaylamaz. Yalnızca kodunuz onaylar; ne kadar geç "
        "gelirse gelsin sayılır."
    ),
    code_hint="ABCD-EFGH gibi sekiz harf ve rakam. Sizi buraya getiren mesajda yazıyor.",
    understood="Bunu okudum ve anladım",
    confirm="Onayla",
    your_name="Adınız (boş bırakabilirsiniz)",
    tell_us="Bize bir şey söyleyin",
    tell_note=(
        "İsterseniz. Yazacağınız hiçbir şey, bir dahaki sefere sizi daha az uyarmamıza yol açmaz."
    ),
    last_answer="Son yanıtınız bize ulaştı: {at}.",
    what_is_it="Ne hakkında?",
    will_act="Ne yapacağım",
    action_taken="Ne yaptım",
    question="Bir sorum var",
    rejected="Bu uyarıyı reddediyorum",
    disbelieved="Buna inanmıyorum",
    too_general="Harekete geçmek için fazla genel",
    propaganda="Bunu propaganda sayıyorum",
    passed_on="Uyarıyı başkalarına ilettiniz mi?",
    to_whom="Kime ve ne zaman?",
    your_words="Sözleriniz",
    send="Gönder",
    not_saved="Yanıtınız kaydedilmedi",
    ask_code="Mesajda yazan kodu girin",
    ask_tick="Uyarıyı okuyup anladığınızda kutuyu işaretleyin",
    ask_kind="Bize ne bildirmek istediğinizi seçin",
    ask_words="Yanıtınızı yazın",
    code_wrong=(
        "Yanıtınız kaydedilmedi: bu, mesajdaki kod değil. Mesajdaki sekiz harf ve rakamı "
        "bulup yeniden girin."
    ),
    too_many=(
        "Yanıtınız kaydedilmedi: çok fazla yanlış kod girildi. 15 dakika bekleyip yeniden "
        "deneyin veya mesajdaki numarayı arayın."
    ),
    is_it_genuine="Gerçek mi?",
    keep_proof="Kanıtı sakla",
    keep_words="Tam metni sakla",
    genuine_note=(
        "Bu dosyalarla herkes, bu uyarının bizden geldiğini ve ne zaman verildiğini sonradan "
        "denetleyebilir."
    ),
    how_to_check="Nasıl denetlenir",
    print_page="Yazdırmak için tek sayfa (PDF)",
    danger="Şu anda tehlikedeyseniz acil servisleri arayın.",
    cannot_wait="Beklemeyecek sorular için uyarıdaki numarayı arayın.",
    no_page="Böyle bir sayfa yok",
    no_page_note=(
        "Mesajdaki bağlantının tamamını kullanın: kopyalanırken kesilmiş olabilir. Veya "
        "mesajda yazan numarayı arayın."
    ),
    sheet_check=(
        "Bu bağlantıyı açın veya kodu tarayın: sayfa bu metni gösteriyorsa gerçektir. Hâlâ "
        "geçerli olup olmadığını da söyler. Veya bizi başka bir yerden bildiğiniz bir "
        "numaradan arayıp denetim numarasını karşılaştırın."
    ),
    check_number="Denetim numarası",
    as_of="Düzenlenme: {at}",
    spoken_person="{name} ile mi görüşüyorum?",
    spoken_else=(
        "Telesekreter veya başka biri: yalnızca yeniden arayacağınızı söyleyin. Uyarıdan hiç "
        "söz etmeyin, mesaj bırakmayın."
    ),
    spoken_who=("{house} adına arıyorum. Size önemli bir uyarım var. Lütfen yazacak bir şey alın."),
    spoken_back=(
        "Lütfen kendi sözlerinizle söyleyin: ne olabilir, nerede, ne zaman ve siz ne yapacaksınız?"
    ),
    spoken_correct="Yanlış olanı düzeltin ve yeniden sorun.",
    spoken_code="Kodunuz, harf harf: {code}",
    spoken_end="Teşekkür ederim. Bir şey değişirse sizi yeniden ararız.",
)
