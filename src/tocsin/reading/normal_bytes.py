"""Characters of a report back to the very bytes that were received."""

import codecs
from array import array
from bisect import bisect_left, bisect_right

_STEP = 512  # bytes between two places from which decoding may be taken up again


class Received:
    """Bytes with their text, decoded as `charset` says, U+FFFD for what cannot be.

    `text` has LF line ends, as a read report has; `mark` bytes before it are a byte order mark.
    Raises LookupError for a charset that is not known.
    """

    def __init__(self, data: bytes, charset: str = "utf-8", *, mark: int = 0) -> None:
        self._data, self._charset = data, charset
        decoder = codecs.getincrementaldecoder(charset)("replace")
        self._chars, self._bytes = array("Q"), array("Q")
        self._states: list[tuple[bytes, int]] = []
        parts, size = [], 0
        for start in range(mark, len(data), _STEP):
            pending, flags = decoder.getstate()
            self._chars.append(size)
            self._bytes.append(start - len(pending))
            self._states.append((b"", flags))
            parts.append(decoder.decode(data[start : start + _STEP], start + _STEP >= len(data)))
            size += len(parts[-1])
        decoded = "".join(parts)
        self._size = size
        self.text = decoded.replace("\r\n", "\n").replace("\r", "\n")
        self._pairs = array("Q")  # for each CR LF, where its LF stands in `text`
        at = decoded.find("\r\n")
        while at >= 0:
            self._pairs.append(at - len(self._pairs))
            at = decoded.find("\r\n", at + 2)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The bytes that became `text[start:end]`.

        Raises ValueError if that is no span of `text`.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError("no span of the text")
        first, last = (at + bisect_left(self._pairs, at) for at in (start, end))
        return self._byte(first), self._byte(last)

    def _byte(self, character: int) -> int:
        """Where the bytes of the decoded `character` begin; those of the end, at the end."""
        if character >= self._size:
            return len(self._data)
        place = bisect_right(self._chars, character) - 1
        at, seen = self._bytes[place], self._chars[place]
        decoder = codecs.getincrementaldecoder(self._charset)("replace")
        decoder.setstate(self._states[place])
        begins = at
        while True:
            fresh = decoder.decode(self._data[at : at + 1], at + 1 >= len(self._data))
            if seen + len(fresh) > character:
                # Of several at once, the first is what was broken off, the rest a byte each;
                # what was read last may be held back still.
                after, told = character - seen, at + 1 - len(decoder.getstate()[0])
                return told - len(fresh) + after if after else begins
            at += 1
            if fresh:
                seen += len(fresh)
                begins = at - len(decoder.getstate()[0])
