"""Español."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="es",
    name="Español",
    headline_alert="ADVERTENCIA",
    headline_update="ADVERTENCIA ACTUALIZADA, sustituye a la anterior",
    headline_cancel="ADVERTENCIA CANCELADA",
    follows="Sigue a la advertencia del {at} UTC.",
    labels=("Qué", "Dónde", "Cuándo", "Qué hacer", "A quién llamar", "Fundamento"),
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    span="desde el {opens} hasta el {closes}",
    exercise="EJERCICIO",
    exercise_note="Esto es un ejercicio. Nada de lo que contiene es real.",
    please_confirm="Confirme que ha leído y entendido esto:",
    your_code="Su código",
    page_note=(
        "Abrir la página no confirma nada por sí solo. Allí también puede decir qué va a "
        "hacer, hacer una pregunta o decirnos que rechaza esta advertencia."
    ),
    error="Error",
    warning="Advertencia",
    for_you="Una advertencia para usted",
    cancelled_for_you="Se canceló una advertencia para usted",
    addressed="Para {name}.",
    addressed_from="Para {name}, de parte de {house}.",
    exact_words="El texto exacto",
    other_languages="En otros idiomas",
    was_cancelled="Esta advertencia fue cancelada. Ya no es válida.",
    was_replaced=(
        "Esta advertencia fue sustituida por una más reciente. No se guíe por el texto de "
        "abajo: busque el mensaje más reciente o llame al número que figura en él."
    ),
    confirmed="Ha confirmado. Gracias.",
    confirmed_since="Sabemos desde el {at} que ha leído y entendido esto.",
    what_next=(
        "Qué pasa ahora: alguien se ocupa del asunto y puede llamarle. Si algo cambia, "
        "recibirá otro mensaje. No tiene que hacer nada más en esta página."
    ),
    confirm_that="Confirme que la ha recibido",
    confirm_note=(
        "Abrir esta página no confirma nada. Solo su código confirma; cuenta aunque llegue tarde."
    ),
    code_hint="Ocho letras y cifras, como ABCD-EFGH. Está en el mensaje que le trajo aquí.",
    understood="He leído y entendido esto",
    confirm="Confirmar",
    your_name="Su nombre (puede dejarlo vacío)",
    tell_us="Díganos algo",
    tell_note="Si lo desea. Nada de lo que escriba hará que le avisemos menos otra vez.",
    last_answer="Nos llegó su última respuesta: {at}.",
    what_is_it="¿De qué se trata?",
    will_act="Lo que voy a hacer",
    action_taken="Lo que he hecho",
    question="Tengo una pregunta",
    rejected="Rechazo esta advertencia",
    disbelieved="No la creo",
    too_general="Es demasiado general para actuar",
    propaganda="La considero propaganda",
    passed_on="¿La ha transmitido?",
    to_whom="¿A quién y cuándo?",
    your_words="Su respuesta",
    send="Enviar",
    not_saved="Su respuesta no se guardó",
    ask_code="Escriba el código que está en el mensaje",
    ask_tick="Marque la casilla cuando haya leído y entendido la advertencia",
    ask_kind="Elija qué quiere decirnos",
    ask_words="Escriba su respuesta",
    code_wrong=(
        "Su respuesta no se guardó: este no es el código del mensaje. Busque las ocho letras "
        "y cifras en el mensaje y escríbalas de nuevo."
    ),
    too_many=(
        "Su respuesta no se guardó: se dieron demasiados códigos erróneos. Espere 15 minutos "
        "e inténtelo de nuevo, o llame al número que está en el mensaje."
    ),
    is_it_genuine="¿Es auténtica?",
    keep_proof="Guardar la prueba",
    keep_words="Guardar el texto exacto",
    genuine_note=(
        "Con estos archivos cualquiera puede comprobar después que esta advertencia vino de "
        "nosotros, y cuándo."
    ),
    how_to_check="Cómo comprobarlo",
    print_page="Una página para imprimir (PDF)",
    danger="Si está en peligro ahora, llame a los servicios de emergencia.",
    cannot_wait=("Preguntas que no pueden esperar: llame al número que figura en la advertencia."),
    no_page="Esta página no existe",
    no_page_note=(
        "Use el enlace completo del mensaje: puede haberse cortado al copiarlo. O llame al "
        "número que está en el mensaje."
    ),
    sheet_check=(
        "Abra este enlace o escanee el código: si la página muestra este texto, es "
        "auténtico. También dice si sigue siendo válido. O llámenos a un número que conozca "
        "por otra vía y compare el número de control."
    ),
    check_number="Número de control",
    as_of="A fecha de {at}",
    spoken_person="¿Hablo con {name}?",
    spoken_else=(
        "Un contestador u otra persona: diga solo que volverá a llamar. No diga nada de la "
        "advertencia ni deje mensaje."
    ),
    spoken_who=(
        "Le llamo de parte de {house}. Tengo una advertencia importante para usted. Por "
        "favor, tome algo para escribir."
    ),
    spoken_back=(
        "Dígame con sus propias palabras: ¿qué puede pasar, dónde, cuándo y qué va a hacer?"
    ),
    spoken_correct="Corrija lo que esté mal y vuelva a preguntar.",
    spoken_code="Su código, letra por letra: {code}",
    spoken_end="Gracias. Si algo cambia, le llamaremos de nuevo.",
    date="{day} de {month} de {year}",
    short_date="{day} de {month}",
)
