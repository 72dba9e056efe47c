"""The client's promises, with the test in the worker's place at the other end of the port."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import Watched

# `asked` are the messages the worker would get; `tell` is what it would answer.
SETTING = """
const { Client } = await import("inkling/worker/client.js");
const { port1, port2 } = new MessageChannel();
const asked = [];
let next = () => {};
port2.onmessage = ({ data }) => { asked.push(data); next(); };
const arrive = async (count) => {
  while (asked.length < count) await new Promise((resolve) => { next = resolve; });
};
const tell = (reply) => port2.postMessage(reply);
let die;
const client = new Client(port1, new Promise((resolve) => { die = resolve; }));
const parts = ({ name, code, message }) => ({ name, code, message });
const caught = (promise) => promise.then(() => "resolved", parts);
"""


@pytest.fixture
def run(bare: Watched) -> Callable[[str], Any]:
    """`run(code)` runs JavaScript in that setting and gives what it returns."""
    return lambda code: bare.page.evaluate(f"async () => {{ {SETTING} {code} }}")


def test_replies_reach_the_call_they_belong_to(run: Callable[[str], Any]) -> None:
    answers = run("""
      const calls = [client.call("a", {}), client.call("b", {})];
      await arrive(2);
      for (const { id, name } of [...asked].reverse()) tell({ id, type: "done", result: name });
      return Promise.all(calls);
    """)
    assert answers == ["a", "b"]


def test_progress_is_passed_on_until_the_call_is_done(run: Callable[[str], Any]) -> None:
    seen = run("""
      const seen = [];
      const onProgress = ({ fraction }) => seen.push(fraction);
      const call = client.call("load", {}, { onProgress });
      await arrive(1);
      const [{ id }] = asked;
      const progress = (fraction) => tell({ id, type: "progress", progress: { fraction } });
      progress(0);
      progress(0.5);
      tell({ id, type: "done", result: null });
      progress(1);
      await call;
      return seen;
    """)
    assert seen == [0, 0.5]


def test_a_failure_rejects_with_its_code_and_message(run: Callable[[str], Any]) -> None:
    error = run("""
      const call = caught(client.call("predict", {}));
      await arrive(1);
      tell({ id: asked[0].id, type: "failed", code: "ValueError", message: "expected ink" });
      return call;
    """)
    assert error == {"name": "CallError", "code": "ValueError", "message": "expected ink"}


def test_abort_rejects_at_once_and_takes_the_request_back(run: Callable[[str], Any]) -> None:
    error, messages = run("""
      const controller = new AbortController();
      const call = caught(client.call("predict", {}, { signal: controller.signal }));
      controller.abort();
      const error = await call;
      await arrive(2);
      return [error.name, asked];
    """)
    assert error == "AbortError"
    assert messages[0]["name"] == "predict"
    assert messages[1] == {"cancel": messages[0]["id"]}


def test_a_reply_after_abort_is_dropped(run: Callable[[str], Any]) -> None:
    outcome = run("""
      const controller = new AbortController();
      const call = caught(client.call("predict", {}, { signal: controller.signal }));
      await arrive(1);
      tell({ id: asked[0].id, type: "done", result: 1 });
      controller.abort();
      const { name } = await call;
      const after = client.call("next", {});
      await arrive(3);
      tell({ id: asked[2].id, type: "done", result: 2 });
      return [name, await after];
    """)
    assert outcome == ["AbortError", 2]


def test_a_call_with_an_aborted_signal_sends_nothing(run: Callable[[str], Any]) -> None:
    error, names = run("""
      const error = await caught(client.call("predict", {}, { signal: AbortSignal.abort() }));
      const after = client.call("next", {});
      await arrive(1);
      return [error.name, asked.map(({ name }) => name)];
    """)
    assert error == "AbortError"
    assert names == ["next"]


def test_abort_after_the_answer_takes_nothing_back(run: Callable[[str], Any]) -> None:
    names = run("""
      const controller = new AbortController();
      const call = client.call("predict", {}, { signal: controller.signal });
      await arrive(1);
      tell({ id: asked[0].id, type: "done", result: null });
      await call;
      controller.abort();
      client.call("next", {});
      await arrive(2);
      return asked.map(({ name }) => name);
    """)
    assert names == ["predict", "next"]


def test_buffers_are_handed_over_when_asked(run: Callable[[str], Any]) -> None:
    lengths = run("""
      const [given, kept] = [new Uint8Array(4), new Uint8Array(4)];
      client.call("predict", { given, kept }, { transfer: [given.buffer] });
      await arrive(1);
      return [given.length, kept.length, asked[0].args.given.length];
    """)
    assert lengths == [0, 4, 4]


def test_a_dead_worker_fails_open_and_later_calls(run: Callable[[str], Any]) -> None:
    outcome = run("""
      const open = caught(client.call("predict", {}));
      die(Object.assign(new Error("it is gone"), { code: "WorkerDied" }));
      const { message } = await client.died;
      return [(await open).code, (await caught(client.call("predict", {}))).code, message];
    """)
    assert outcome == ["WorkerDied", "WorkerDied", "it is gone"]
