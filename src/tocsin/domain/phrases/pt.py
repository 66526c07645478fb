"""Português."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="pt",
    name="Português",
    headline_alert="AVISO",
    headline_update="AVISO ATUALIZADO, substitui o anterior",
    headline_cancel="AVISO CANCELADO",
    follows="Segue-se ao aviso de {at} UTC.",
    labels=("O quê", "Onde", "Quando", "O que fazer", "A quem ligar", "Fundamento"),
    months=(
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ),
    span="de {opens} até {closes}",
    exercise="EXERCÍCIO",
    exercise_note="Isto é um exercício. Nada nele é real.",
    please_confirm="Confirme que leu e compreendeu isto:",
    your_code="O seu código",
    page_note=(
        "Abrir a página, só por si, não confirma nada. Nela também pode dizer o que vai "
        "fazer, fazer uma pergunta ou dizer-nos que rejeita este aviso."
    ),
    error="Erro",
    warning="Aviso",
    for_you="Um aviso para si",
    cancelled_for_you="Um aviso para si foi cancelado",
    addressed="Para {name}.",
    addressed_from="Para {name}, da parte de {house}.",
    exact_words="O texto exato",
    other_languages="Noutras línguas",
    was_cancelled="Este aviso foi cancelado. Já não é válido.",
    was_replaced=(
        "Este aviso foi substituído por um mais recente. Não se guie pelo texto abaixo: "
        "procure a mensagem mais recente ou ligue para o número que nela se encontra."
    ),
    confirmed="Confirmou. Obrigado.",
    confirmed_since="Sabemos desde {at} que leu e compreendeu isto.",
    what_next=(
        "O que acontece a seguir: alguém acompanha o assunto e poderá ligar-lhe. Se algo "
        "mudar, receberá outra mensagem. Não precisa de fazer mais nada nesta página."
    ),
    confirm_that="Confirme que o recebeu",
    confirm_note=(
        "Abrir esta página não confirma nada. Só o seu código confirma; conta por mais tarde "
        "que chegue."
    ),
    code_hint=("Oito letras e algarismos, como ABCD-EFGH. Está na mensagem que o trouxe aqui."),
    understood="Li e compreendi isto",
    confirm="Confirmar",
    your_name="O seu nome (pode deixar em branco)",
    tell_us="Diga-nos algo",
    tell_note=("Se quiser. Nada do que escrever fará com que o avisemos menos noutra ocasião."),
    last_answer="A sua última resposta chegou-nos: {at}.",
    what_is_it="De que se trata?",
    will_act="O que vou fazer",
    action_taken="O que já fiz",
    question="Tenho uma pergunta",
    rejected="Rejeito este aviso",
    disbelieved="Não acredito nele",
    too_general="É demasiado geral para agir",
    propaganda="Considero-o propaganda",
    passed_on="Transmitiu-o a alguém?",
    to_whom="A quem e quando?",
    your_words="As suas palavras",
    send="Enviar",
    not_saved="A sua resposta não foi guardada",
    ask_code="Escreva o código que está na mensagem",
    ask_tick="Assinale a caixa quando tiver lido e compreendido o aviso",
    ask_kind="Escolha o que nos quer dizer",
    ask_words="Escreva a sua resposta",
    code_wrong=(
        "A sua resposta não foi guardada: este não é o código da mensagem. Procure as oito "
        "letras e algarismos na mensagem e escreva-os de novo."
    ),
    too_many=(
        "A sua resposta não foi guardada: foram dados demasiados códigos errados. Espere 15 "
        "minutos e tente de novo, ou ligue para o número que está na mensagem."
    ),
    is_it_genuine="É autêntico?",
    keep_proof="Guardar a prova",
    keep_words="Guardar o texto exato",
    genuine_note=(
        "Com estes ficheiros qualquer pessoa pode verificar mais tarde que este aviso veio "
        "de nós, e quando."
    ),
    how_to_check="Como verificar",
    print_page="Uma página para imprimir (PDF)",
    danger="Se está em perigo agora, ligue para os serviços de emergência.",
    cannot_wait="Perguntas que não podem esperar: ligue para o número indicado no aviso.",
    no_page="Esta página não existe",
    no_page_note=(
        "Use a ligação completa da mensagem: pode ter sido cortada ao copiar. Ou ligue para "
        "o número que está na mensagem."
    ),
    sheet_check=(
        "Abra esta ligação ou digitalize o código: se a página mostrar este texto, ele é "
        "autêntico. Também diz se ainda é válido. Ou ligue-nos para um número que conheça "
        "por outra via e compare o número de controlo."
    ),
    check_number="Número de controlo",
    as_of="Situação em {at}",
    spoken_person="Estou a falar com {name}?",
    spoken_else=(
        "Um atendedor ou outra pessoa: diga apenas que voltará a ligar. Não diga nada do "
        "aviso nem deixe mensagem."
    ),
    spoken_who=(
        "Estou a ligar da parte de {house}. Tenho um aviso importante para si. Por favor, "
        "pegue em algo para escrever."
    ),
    spoken_back=(
        "Diga-me por palavras suas: o que pode acontecer, onde, quando e o que vai fazer?"
    ),
    spoken_correct="Corrija o que estiver errado e pergunte de novo.",
    spoken_code="O seu código, letra por letra: {code}",
    spoken_end="Obrigado. Se algo mudar, voltamos a ligar.",
    date="{day} de {month} de {year}",
    short_date="{day} de {month}",
)
