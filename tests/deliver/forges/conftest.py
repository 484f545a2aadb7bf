"""A repository that GitLab serves."""

import pytest


@pytest.fixture
def hosted(make_desk, gitlab, git_over_http):
    """Delivers to a repository that is cloned from and pushed to GitLab itself."""
    return make_desk("lab", gitlab=gitlab.service.url, url=git_over_http.url)
