"""The table of the configuration that says what readers see beside list savings, by who they are."""

from pydantic import model_validator

from remediator.config.table import Section


class AudienceConfig(Section):
    """`[disclosure.AUDIENCE]`: what these readers are shown; a token or a ranking of people nobody ever is.

    `resource_ids` are ids and ARNs of live resources; `account_ids` the cloud's account numbers, which stay masked in
    plan files; `net_rates` savings after discounts; `addresses` e-mail addresses; `people` what history tells of
    persons beyond the owner and the creating author: whose commits weigh how much, and who was passed over.
    """

    resource_ids: bool = False
    account_ids: bool = False
    net_rates: bool = False
    addresses: bool = False
    people: bool = False


class PublicConfig(AudienceConfig):
    """`[disclosure.public]`: a public repository's readers, who see no account id, net rate or address in any case."""

    @model_validator(mode="after")
    def _never_in_public(self) -> "PublicConfig":
        for name in ("account_ids", "net_rates", "addresses"):
            if getattr(self, name):
                raise ValueError(f"{name} are never shown in a public repository; take it out")
        return self


class DisclosureConfig(Section):
    """`[disclosure]`: what is shown where; how visible a repository is, its forge says, and unknown is public.

    Where people work on the resources (all but public repositories) they are named by id, unless switched off.
    """

    public: PublicConfig = PublicConfig()
    internal: AudienceConfig = AudienceConfig(resource_ids=True)
    private: AudienceConfig = AudienceConfig(resource_ids=True)
    tracker: AudienceConfig = AudienceConfig(resource_ids=True)
