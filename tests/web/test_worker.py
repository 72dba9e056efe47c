"""The worker's side of the protocol, through a port: what it answers, and in which order."""

from collections.abc import Callable

import pytest

from tests.web.conftest import Watched

Speak = Callable[[list[dict]], list[dict]]

# The worker's own module, run in the page: without `load` it needs no Python.
SPEAK = """async (messages) => {
  const { serve } = await import("inkling/worker/worker.js");
  const { port1, port2 } = new MessageChannel();
  serve(port1);
  const replies = [];
  const last = messages.at(-1).id;
  return new Promise((resolve) => {
    port2.onmessage = ({ data }) => {
      replies.push(data);
      if (data.id === last && data.type !== "progress") resolve(replies);
    };
    for (const message of messages) port2.postMessage(message);
  });
}"""


@pytest.fixture
def speak(bare: Watched) -> Speak:
    """`speak(messages)` posts them at once; the replies up to the one to the last message."""
    return lambda messages: bare.page.evaluate(SPEAK, messages)


def test_an_unknown_request_fails_by_that_name(speak: Speak) -> None:
    for name in ["fly", "toString", "__proto__"]:
        (reply,) = speak([{"id": 7, "name": name, "args": {}}])
        assert (reply["id"], reply["type"], reply["code"]) == (7, "failed", "UnknownRequest")
        assert name in reply["message"]


def test_requests_are_answered_in_the_order_they_came(
    speak: Speak,
) -> None:
    replies = speak([{"id": id, "name": "fly", "args": {}} for id in [3, 1, 2]])
    assert [reply["id"] for reply in replies] == [3, 1, 2]


def test_a_request_cancelled_while_waiting_is_never_worked_on(
    speak: Speak,
) -> None:
    replies = speak(
        [
            {"id": 1, "name": "fly", "args": {}},
            {"id": 2, "name": "fly", "args": {}},
            {"cancel": 2},
            {"id": 3, "name": "fly", "args": {}},
        ]
    )
    assert [reply["id"] for reply in replies] == [1, 3]


def test_a_request_before_load_fails(speak: Speak) -> None:
    args = {"ink": [0], "width": 1, "height": 1}
    (reply,) = speak([{"id": 1, "name": "predict", "args": args}])
    assert (reply["type"], reply["code"]) == ("failed", "NotLoaded")


def test_a_part_that_is_not_given_is_named(speak: Speak) -> None:
    args = {"parts": {}, "model": "small.npz"}
    *progress, failed = speak([{"id": 1, "name": "load", "args": args}])
    assert (failed["type"], failed["code"], failed["message"]) == (
        "failed",
        "MissingPart",
        "pyodide.mjs",
    )
    assert [reply["progress"]["stage"] for reply in progress] == ["unpacking", "python"]


@pytest.mark.parametrize("road", ["file"])  # a whole start, the same on either road
def test_python_errors_come_with_their_class_and_their_own_message(bare: Watched) -> None:
    error = bare.page.evaluate(
        """async () => {
          const { start } = await import("inkling/worker/start.js");
          const { client } = await start({ onProgress() {} });
          const args = { ink: new Uint8Array(3), width: 2, height: 2 };
          const { code, message } = await client.call("predict", args).catch((error) => error);
          return { code, message };
        }"""
    )
    assert error == {
        "code": "ValueError",
        "message": "cannot reshape array of size 3 into shape (2,2)",
    }
