"""Invented stories for the tests of sources: one wire story, two printings of it, and another."""

_LINKS = (
    "\n\nRelated stories:\nFish market opens again\nGrain prices fall for third week\n\nFacebook "
    "Twitter Linkedin Mail"
)
WIRE = (
    "PORT SORREL (Example Press) - The port authority closed two of its five piers on "
    "Tuesday after an unsigned letter said that explosives had been hidden among the grain "
    "barges. Harbour police searched the barges through the night and found nothing, "
    'Inspector Ida Marlow said. "We take every such letter seriously, and the piers stay '
    'closed until the last hold has been seen by a dog and its handler," she told '
    "reporters. The letter, typed on plain paper and posted in the town itself, named the "
    "dockers' union as the next target and gave a date in the coming week. Union secretary "
    "Tom Arkwright said his members would go on working on the open piers. Last spring a "
    "similar letter emptied the fish market for a day; its writer was never found."
)
# Curly quotes, a word cut at a line end, shorter, one sentence rewritten.
PRINTED = (
    "Sorrel Courier | Two of the port's five piers were shut after an unsigned letter said "
    "that explosives had been hidden among the grain barges.\n\nHarbour police searched the "
    "barges through the night and found nothing, Inspector Ida Marlow said.\n\n“We take "
    "every such letter seri-\nously, and the piers stay closed until the last hold has been "
    "seen by a dog and its handler,” she told reporters.\n\nThe letter, typed on plain paper "
    "and posted in the town itself, named the dockers’ union as the next target and gave a "
    "date in the coming week."
)
REPRINTED = WIRE.replace("Tuesday", "March 4").replace('"', "”").replace(" ", "  ") + _LINKS
_COUNCIL = (
    "The county council approved a new bridge over the Elm at its meeting on Monday. The "
    "bridge will carry one lane in each direction and a path for bicycles, and replaces "
    "the ferry, which has run since the mill closed. Councillor Ruth Penhallow voted "
    "against it because of the cost of the approach roads. Work is to begin after the "
    "harvest and to take two years."
)
UNRELATED = _COUNCIL + _LINKS
