"""The watch that every test of the page relies on sees what leaves it, from the worker as well."""

import pytest

from tests.web.conftest import Watched

# Nothing listens there, and it is another origin than the page's.
ELSEWHERE = "127.0.0.1:1/elsewhere"


@pytest.mark.parametrize(
    "code",
    [
        f"fetch('http://{ELSEWHERE}').catch(() => {{}});",
        f"import('http://{ELSEWHERE}').catch(() => {{}});",
        f"new WebSocket('ws://{ELSEWHERE}');",
    ],
    ids=["fetch", "import", "socket"],
)
@pytest.mark.parametrize("place", ["page", "worker"])
def test_a_request_that_leaves_the_page_is_a_problem(visit, bare_url, code, place) -> None:
    watched: Watched = visit(bare_url)
    if place == "worker":
        code = f"""
          const code = {code!r} + "postMessage(null);";
          const url = "data:text/javascript," + encodeURIComponent(code);
          await new Promise((resolve) => {{
            new Worker(url, {{ type: "module" }}).onmessage = resolve;
          }});
        """
    watched.page.evaluate(f"async () => {{ {code} }}")
    watched.page.wait_for_function("true")
    assert any(ELSEWHERE in problem for problem in watched.problems)


def test_an_uncaught_error_is_a_problem(visit, bare_url) -> None:
    watched: Watched = visit(bare_url)
    watched.page.evaluate("() => setTimeout(() => { throw new Error('oh'); })")
    watched.page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    assert watched.problems == ["uncaught: oh"]
