"""English."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="en",
    name="English",
    headline_alert="WARNING",
    headline_update="UPDATED WARNING, replaces the earlier one",
    headline_cancel="WARNING CANCELLED",
    follows="It follows the warning of {at} UTC.",
    labels=("What", "Where", "When", "What to do", "Whom to call", "Basis"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    span="from {opens} until {closes}",
    exercise="EXERCISE",
    exercise_note="This is an exercise. Nothing in it is real.",
    please_confirm="Please confirm that you have read and understood this:",
    your_code="Your code",
    page_note=(
        "Opening the page alone does not confirm anything. There you can also say what you "
        "will do, ask a question, or tell us that you reject this warning."
    ),
    error="Error",
    warning="Warning",
    for_you="A warning for you",
    cancelled_for_you="A warning for you was cancelled",
    addressed="For {name}.",
    addressed_from="For {name}, from {house}.",
    exact_words="The exact words",
    other_languages="In other languages",
    was_cancelled="This warning was cancelled. It no longer stands.",
    was_replaced=(
        "This warning was replaced by a newer one. Do not go by the words below: look for "
        "the newer message, or call the number in it."
    ),
    confirmed="You have confirmed. Thank you.",
    confirmed_since="We know since {at} that you have read and understood this.",
    what_next=(
        "What happens next: somebody follows this up and may call you. If anything changes "
        "you get another message. You need not do anything more on this page."
    ),
    confirm_that="Confirm that you have it",
    confirm_note=(
        "Opening this page confirms nothing. Only your code does; it counts however late it comes."
    ),
    code_hint=(
        "Eight letters and digits, like ABCD-EFGH. It stands in the message that brought you here."
    ),
    understood="I have read and understood this",
    confirm="Confirm",
    your_name="Your name (you may leave this empty)",
    tell_us="Tell us something",
    tell_note="If you want to. Nothing that you write makes us warn you less another time.",
    last_answer="Your last answer reached us: {at}.",
    what_is_it="What is it?",
    will_act="What I will do",
    action_taken="What I have done",
    question="I have a question",
    rejected="I reject this warning",
    disbelieved="I do not believe it",
    too_general="It is too general to act on",
    propaganda="I take it for propaganda",
    passed_on="Have you passed it on?",
    to_whom="To whom, and when?",
    your_words="Your words",
    send="Send",
    not_saved="Your answer was not saved",
    ask_code="Type the code that stands in the message",
    ask_tick="Tick the box when you have read and understood the warning",
    ask_kind="Choose what you want to tell us",
    ask_words="Write your answer",
    code_wrong=(
        "Your answer was not saved: this is not the code in the message. Look for the eight "
        "letters and digits in the message and type them again."
    ),
    too_many=(
        "Your answer was not saved: too many wrong codes were given. Wait 15 minutes and try "
        "again, or call the number in the message."
    ),
    is_it_genuine="Is it genuine?",
    keep_proof="Keep the proof",
    keep_words="Keep the exact words",
    genuine_note=(
        "With these files anyone can check later that this warning came from this house, and when."
    ),
    how_to_check="How to check",
    print_page="One page to print (PDF)",
    danger="If you are in danger now, call the emergency services.",
    cannot_wait="Questions that cannot wait: call the number in the warning.",
    no_page="This page does not exist",
    no_page_note=(
        "Use the whole link of the message: it may have been cut when it was copied. Or call "
        "the number that stands in the message."
    ),
    sheet_check=(
        "Open this link or scan the code: if the page shows these words, they are genuine. "
        "It also says whether they still stand. Or call the house at a number that you know "
        "from elsewhere, and compare the check number."
    ),
    check_number="Check number",
    as_of="As of {at}",
    spoken_person="Am I speaking to {name}?",
    spoken_else=(
        "A machine, or somebody else: say only that you will call again. Say nothing of the "
        "warning and leave no message."
    ),
    spoken_who=(
        "I am calling from {house}. I have an important warning for you. Please take "
        "something to write with."
    ),
    spoken_back=(
        "Please tell me in your own words: what may happen, where, when, and what will you do?"
    ),
    spoken_correct="Correct what is wrong, and ask again.",
    spoken_code="Your code, letter by letter: {code}",
    spoken_end="Thank you. If anything changes, we will call you again.",
    short_months=(
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ),
)
