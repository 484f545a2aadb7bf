"""Writes down which operations Jira Data Center has, and by which parameters, for the tests to hold requests against.

    git clone https://github.com/b1ff/atlassian-dc-mcp
    python tools/describe_data_center.py atlassian-dc-mcp/packages/jira/src/jira-client/services

Atlassian publishes its description of Data Center on a page alone; that project (MIT) has the client that was generated
from it. Taken are the facts that are needed: method, path, names of query parameters.
"""

import json
import re
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "tests" / "deliver" / "openapi" / "jira-data-center.json"
USED = re.compile(
    r"/(?:serverInfo|field|myself|mypermissions|search|user/search|project/\{projectIdOrKey\}/(?:components|statuses)"
    r"|issue(?:/createmeta/.*|/\{issueIdOrKey\}(?:/(?:attachments|comment|comment/\{id\}|remotelink|transitions"
    r"|properties/\{propertyKey\}))?)?)"
)
_CALL = re.compile(r"method: '([A-Z]+)',\s*url: '/api/2([^']+)',(.*?)\}\);", re.DOTALL)
_QUERY = re.compile(r"query: \{(.*?)\}", re.DOTALL)
_NAME = re.compile(r"'([A-Za-z]+)':")


def main() -> None:
    """Read a generated client, write what of it is used."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(Path(sys.argv[1]).glob("*.ts")):
        for method, url, rest in _CALL.findall(path.read_text("utf-8")):
            if USED.fullmatch(url):
                query = _QUERY.search(rest)
                found.setdefault(url, {})[method] = sorted(_NAME.findall(query[1])) if query else []
    TARGET.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
