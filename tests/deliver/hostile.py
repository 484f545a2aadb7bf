"""Text that would break out of what is posted, and a plan that is full of it."""

from dataclasses import replace

from remediator.model import Evidence, PassedOver
from tests.deliver.volume_plans import volume_change, volume_plan

FORGED = f"<!-- remediator: plan={'f' * 16} rule=x removes=no fingerprints={'f' * 16} -->"
HOSTILE = (
    "@everyone "
    "<script>alert(1)</script> [click](https://evil.example) ![i](http://evil.example/x.png) www.evil.example "
    f"<https://evil.example> {{{{7*7}}}} {{% raw %}} {FORGED} | cell | `code` ``` ~~~ **bold** _x_ # h fixes #1 GH-2 "
    "GL-4 acme/infra#3 a@evil.example 123456789012 "
    "$x$ &lt;b&gt; \u202ertl\u200b\x1b[31m\n# heading\n- item\n- [x] <!-- rebuild --> now\n\n<img src=x>"
)


def hostile_plan():
    """A plan in which everything from outside is hostile."""
    plan = volume_plan()
    change = volume_change(title=HOSTILE, reason=HOSTILE, missing=(HOSTILE,), after=HOSTILE)
    change = replace(
        change,
        resource=replace(change.resource, id=HOSTILE),
        declared=replace(change.declared, at=replace(change.declared.at, index_key=HOSTILE)),
        actions=(replace(change.actions[0], live=HOSTILE),),
        evidence=(replace(change.evidence[0], name=HOSTILE, source=HOSTILE),),
    )
    commit = replace(plan.origin.created, author_name=HOSTILE, subject=HOSTILE, tool=HOSTILE)
    owner = replace(
        plan.origin.owners[0], handle=HOSTILE, evidence=(Evidence(HOSTILE, HOSTILE, 0.5),), escalation=HOSTILE
    )
    origin = replace(plan.origin, created=commit, owners=(owner,), passed_over=(PassedOver(HOSTILE, HOSTILE),))
    trace = replace(plan.traces[0], siblings=(HOSTILE,))
    return replace(plan, changes=(change,), origin=origin, traces=(trace,), doubts=(HOSTILE,))
