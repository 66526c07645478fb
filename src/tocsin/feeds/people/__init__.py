"""Lists of people as others send them: delimited text, XLSX, JSON lines, FollowTheMoney."""

from tocsin.feeds.people.model import ListRow
from tocsin.feeds.people.reader import PeopleList, open_list

__all__ = ["ListRow", "PeopleList", "open_list"]
