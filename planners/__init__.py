"""The rules, one a file; a planner is a module here, or an entry point in the group `remediator.planners`.

A planner exports these names and imports nothing but `remediator.model` and the standard library:

- `SUMMARY`: one sentence, shown by `remediator planners`.
- `LAYER`: a `Layer`: usage, configuration or rate.
- `KINDS`: the Terraform types it looks at.
- `Settings`: a frozen dataclass whose fields all have defaults; `[planners.<rule>]` of the configuration fills it, and
  `__post_init__` raises ValueError for a value that makes no sense. `[planners.<rule>.prod]`, `staging` and `dev`
  override single fields for what is there: `context.of(seen)` is asked for them, and no field has one of these names.
- `plan(estate, context)`: yields a `Change` for each thing it wants different.

It is pure: no network, no git, no clock; the time, prices, the catalogue and its settings are in the context. A metric,
a price or an environment (prod, staging, dev) that is None is unknown, never zero and never harmless. What it is not
sure of it still yields, with the reason in `doubts`, and a person gets a ticket; what it did not see it names in
`missing`. Rules that change the same attribute share a `concern`. The name of the module is the name of the rule; names
that begin with an underscore are shared code, not rules. docs/writing-a-planner.md has a whole one.
"""
