"""The network, asked only where a planner allowed it: with patience, within bounds, never twice for the same.

    web = Web(folder, allowed=True)                     # without allowed=True every call refuses in one sentence
    answer = web.get(address, {"f": "json"})            # small: answer.json(), answer.text(), answer.body
    answer = web.post(address, {...}, query=True)       # a long query as a form; without query=True it is sent once, never again
    file = web.download(address, folder)                # large: file.path, .checksum, .fetched, .bytes
    key = parameter_key(address, key=kept_key("census"))  # goes to the host of this address only; never kept or shown

Whatever goes wrong is a `NetworkError` of one sentence whose ``details["kind"]`` tells programs what it was: offline, name,
timeout, cut, slow, busy, guard, redirect, certificate, proxy, refused, gone, fault (with ``details["status"]``), page, size, room,
unreadable, pending, address.
"""

from ecomap.model.silence import without_sockets

with without_sockets():
    import urllib3.util.connection  # noqa: F401 - before anything else brings it in

from ecomap.io.web.address import Key, header_key, host_of, parameter_key, shown, with_params
from ecomap.io.web.answer import Answer, Downloaded
from ecomap.io.web.web import MAX_ANSWER, MAX_FILE, Web

__all__ = ["MAX_ANSWER", "MAX_FILE", "Answer", "Downloaded", "Key", "Web", "header_key", "host_of", "parameter_key", "shown", "with_params"]
