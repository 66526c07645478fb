"""The answer to whoever warned us: let go only when it gives away no other report."""

from tocsin.casework.access import require
from tocsin.casework.handle import handle
from tocsin.casework.house import App
from tocsin.casework.reads import read_case
from tocsin.casework.release import leaks_back, only_accepted, same_reports
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case, Proposal
from tocsin.domain.commands import ConfirmAnswer
from tocsin.domain.deciding.context import about, the_open_proposal
from tocsin.domain.kinds import Matter
from tocsin.domain.leak import Leak


def answer_leaks(app: App, case: Case, proposal: Proposal) -> tuple[Leak, ...]:
    """What of a proposed answer stands only in reports that the sender did not give us."""
    inbound = case.inbound[proposal.particulars["inbound_id"]]
    return leaks_back(app, case, inbound.report_id, proposal.reason)


def release_answer(app: App, command: ConfirmAnswer, by: Actor) -> Case:
    """Release an answer. A source never passes; other marked words only with a reason each."""
    case = read_case(app, command.case_id, by)
    require(app, by, command, case)
    proposal = the_open_proposal(case, command.proposal_id)
    about(proposal.matter, Matter.ANSWER)
    leaks = answer_leaks(app, case, proposal)
    only_accepted(leaks, command.accepted, "the answer", "reports that the sender did not give us")
    return handle(app, command, by, also=same_reports(app, case))
