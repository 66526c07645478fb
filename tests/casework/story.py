"""The smallest scenario: one officer, one report."""

SMALL = """
title = "EXAMPLE"
about = "EXAMPLE"
sources = ["invented"]
[officer.ana]
name = "Ana"
unit = "Watch"
roles = ["analyst"]
[document.one]
text = "EXAMPLE. Somebody will be shot."
source = "invented"
title = "EXAMPLE"
acquired_at = 2024-03-06T09:40:00Z
acquired_by = "ana"
received_from = "nobody"
reliability = "F"
credibility = "6"
[[step]]
at = 2024-03-06T09:44:00Z
by = "ana"
do = "receive"
fields = { document = "one" }
say = "A report comes in."
"""
