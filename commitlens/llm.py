"""A model, reached through litellm, behind one callable.

All that the rest of the package asks of a model is `Complete`: messages in, a
`Reply` out, or a `Failure` whose kind is one of a closed set. litellm is one way
to make such a callable; it is imported where it is first used, since that takes
seconds. It is told not to retry: one loop, in `commitlens.asking`, does that.
"""

from __future__ import annotations

import importlib.util
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from .errors import InputError

#: Named by the environment, when no model is given.
VARIABLE = "COMMITLENS_MODEL"

Message = Mapping[str, str]

#: What can go wrong: kind -> (is it worth another try, does it stop a run when
#: it comes several times in a row).
KINDS: dict[str, tuple[bool, bool]] = {
    "key": (False, True),  # 401, or no key at all
    "forbidden": (False, True),  # 403
    "unknown_model": (False, True),  # 404
    "refused": (False, True),  # 400, 422: the request as such
    "context": (False, False),  # too long for the model
    "rate": (True, True),  # 429
    "timeout": (True, True),
    "server": (True, True),  # 5xx
    "unreachable": (True, True),  # no connection, or one that broke
    "empty": (True, False),  # success, and nothing in it
    "cut": (False, False),  # stopped at the limit of tokens
    "nonsense": (False, False),  # no answer of the shape asked for
    "budget": (False, False),  # not asked: the budget would not hold
    "stopped": (False, False),  # not asked: the same failure came too often
}


class Failure(Exception):
    """A model did not answer.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    words : str
        What the provider said, without keys; for standard error only.
    after : float
        Seconds that the provider asks to wait.
    sent : bool
        Whether anything was sent.
    """

    def __init__(
        self, kind: str, words: str = "", after: float = 0.0, *, sent: bool = True
    ) -> None:
        super().__init__(f"{kind}: {words}" if words else kind)
        self.kind, self.words, self.after, self.sent = kind, words, after, sent


@dataclass(frozen=True)
class Reply:
    """What a model answered, and what it counted.

    Attributes
    ----------
    text : str
        The answer; may be empty.
    finish : str
        Why it ended: ``"stop"``, ``"length"``, ...
    read, written : int
        Tokens, as the provider counts them; 0 where it does not say.
    """

    text: str
    finish: str
    read: int = 0
    written: int = 0


Complete = Callable[[Sequence[Message], Mapping[str, Any] | None, int], Reply]


@dataclass(frozen=True)
class Model:
    """Which model to ask, and how hard.

    Attributes
    ----------
    name : str
        As litellm names models: ``openai/gpt-4o-mini``, ``ollama/llama3``,
        ``hosted_vllm/NAME``.
    concurrency : int, default 4
        Requests under way at a time.
    timeout : float, default 120
        Seconds to wait for one answer.
    tries : int, default 4
        How often a request is sent at most, when the provider is busy.
    requests_per_minute, tokens_per_minute : int, default 0
        Limits to stay below; 0 is none. What the provider answers (429 and
        ``Retry-After``) is heeded in any case.
    context : int, default 0
        Tokens that the model can read; 0 asks litellm, which knows many.

    Examples
    --------
    >>> Model("openai/gpt-4o-mini", concurrency=8)
    """

    name: str
    concurrency: int = 4
    timeout: float = 120.0
    tries: int = 4
    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    context: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not self.name or self.name != self.name.strip():
            msg = f"a model needs a name such as openai/gpt-4o-mini, got {self.name!r}"
            raise InputError(msg)
        for field in fields(self)[1:]:
            value, least = getattr(self, field.name), 0 if field.default == 0 else 1e-3
            if isinstance(value, bool) or not isinstance(value, int | float):
                msg = f"{field.name} of a model is a number, got {value!r}"
                raise InputError(msg)
            if not value >= least or (field.type == "int" and value != int(value)):
                kind = "whole number" if field.type == "int" else "number"
                msg = (
                    f"{field.name} of a model is a {kind} "
                    f"{'from 0' if least == 0 else 'above 0'}, got {value!r}"
                )
                raise InputError(msg)

    def having(self, options: Mapping[str, str]) -> Model:
        """Return the model with options as a command line gives them."""
        changes: dict[str, Any] = {}
        known = {field.name: field for field in fields(self)[1:]}
        for key, text in options.items():
            name = key.replace("-", "_")
            if name not in known:
                msg = (
                    f"unknown option of a model {key!r}: expected one of "
                    f"{', '.join(known)}"
                )
                raise InputError(msg)
            try:
                changes[name] = (int if known[name].type == "int" else float)(text)
            except ValueError:
                msg = f"{name} of a model is a number, got {text!r}"
                raise InputError(msg) from None
        return replace(self, **changes)


def as_model(model: str | Model | None) -> Model | None:
    """Return a model as given, by its name, or as the environment names it."""
    if model is None:
        model = os.environ.get(VARIABLE) or None
    return Model(model) if isinstance(model, str) else model


def require_litellm() -> None:
    """Raise `InputError` when models cannot be reached for want of a package."""
    wanted = ("litellm", "pydantic", "detect_secrets")
    missing = [name for name in wanted if importlib.util.find_spec(name) is None]
    if missing:
        msg = (
            f"written analysis by a model needs {' and '.join(missing)}, which "
            f"{'is' if len(missing) == 1 else 'are'} not installed; run: "
            f"pip install 'commitlens[llm]'"
        )
        raise InputError(msg)


_IMPORT = threading.Lock()


@cache
def _load() -> Any:
    require_litellm()
    # Or it fetches a list of prices when it is imported.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    import logging
    import warnings

    # Its types are newer than what pydantic knows of them.
    warnings.filterwarnings("ignore", message="Item .* on TypedDict class")
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    # What it logs are failures that we tell ourselves, with requests in them.
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm


def litellm() -> Any:
    """Return litellm, imported once, and quiet."""
    with _IMPORT:
        return _load()


#: Where a provider's own address comes from, by what its models begin with.
_BASES = {
    "openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    "hosted_vllm": ("HOSTED_VLLM_API_BASE",),
}


def completer(model: Model) -> Complete:
    """Return a callable that asks a model through litellm.

    Raises
    ------
    InputError
        When litellm is not installed.
    """
    require_litellm()

    def complete(
        messages: Sequence[Message], shape: Mapping[str, Any] | None, room: int
    ) -> Reply:
        module = litellm()
        options: dict[str, Any] = {"response_format": dict(shape)} if shape else {}
        key = _missing_key(model.name)
        if key is not None and not key:
            options["api_key"] = "none"  # a server of one's own asks for none
        elif key:
            words = f"the environment has no {key}"
            raise Failure(kind="key", words=words, sent=False)

        def ask() -> Reply:
            return _reply(
                module.completion(
                    model=model.name,
                    messages=[dict(message) for message in messages],
                    max_tokens=room,
                    timeout=model.timeout,
                    num_retries=0,
                    max_retries=0,
                    drop_params=True,
                    **options,
                )
            )

        try:
            return _within(model.timeout + _GRACE, ask)
        except Failure:
            raise
        except Exception as error:
            raise failure(error) from None

    return complete


#: Seconds beyond the timeout until an answer that still drips is given up.
_GRACE = 1.0


def _within(seconds: float, call: Callable[[], Reply]) -> Reply:
    """Return what a call returns, or fail when it takes longer.

    The timeout of a client begins anew with each byte that comes.
    """
    done: list[Reply | BaseException] = []

    def work() -> None:
        try:
            done.append(call())
        except BaseException as error:
            done.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if not done:
        raise Failure(kind="timeout", words=f"no whole answer within {seconds:g} s")
    if isinstance(done[0], BaseException):
        raise done[0]
    return done[0]


def _missing_key(name: str) -> str | None:
    """Return the variable that lacks a key, "" if none is needed, None if fine."""
    found = litellm().validate_environment(name)
    missing = [key for key in found.get("missing_keys", ()) if key.endswith("_KEY")]
    if not missing:
        return None
    own = _BASES.get(name.partition("/")[0], ())
    return "" if any(os.environ.get(base) for base in own) else str(missing[0])


def _reply(answer: Any) -> Reply:
    usage = getattr(answer, "usage", None)
    read, written = (
        max(0, int(getattr(usage, key, 0) or 0))
        for key in ("prompt_tokens", "completion_tokens")
    )
    choices = getattr(answer, "choices", None) or []
    if not choices:
        return Reply("", "none", read, written)
    text = getattr(choices[0].message, "content", None)
    finish = str(getattr(choices[0], "finish_reason", "") or "")
    return Reply(text if isinstance(text, str) else "", finish, read, written)


#: How failures are told apart: name of the error's class, its status, what its
#: text says, and the kind. First match wins; None fits all.
_RULES: tuple[tuple[str | None, int | None, str | None, str], ...] = (
    ("ContextWindowExceededError", None, None, "context"),
    (None, 400, r"context (?:length|size|window)|too many tokens|too long", "context"),
    (None, 413, None, "context"),
    ("AuthenticationError", None, None, "key"),
    (None, 401, None, "key"),
    (None, None, r"api_key client option must be set|missing credentials", "key"),
    ("PermissionDeniedError", None, None, "forbidden"),
    (None, 403, None, "forbidden"),
    (None, 402, None, "forbidden"),  # no credit left
    ("NotFoundError", None, None, "unknown_model"),
    (None, None, r"LLM Provider NOT provided", "unknown_model"),
    ("RateLimitError", None, None, "rate"),
    (None, 429, None, "rate"),
    ("Timeout", None, None, "timeout"),
    (None, None, r"connection error|connection refused|disconnected", "unreachable"),
    ("APIConnectionError", None, None, "unreachable"),
    ("BadRequestError", None, None, "refused"),
    ("UnprocessableEntityError", None, None, "refused"),
    (None, 400, None, "refused"),
    (None, None, r"invalid response from|'choices' that is not", "empty"),
    (None, None, None, "server"),
)


def failure(error: Exception) -> Failure:
    """Return what went wrong, as one of a closed set of kinds."""
    name, status = type(error).__name__, getattr(error, "status_code", None)
    words = str(error)[:2000]
    kind = next(
        kind
        for kind_name, number, pattern, kind in _RULES
        if kind_name in (None, name)
        and number in (None, status)
        and (pattern is None or re.search(pattern, words, re.IGNORECASE))
    )
    headers = getattr(error, "litellm_response_headers", None) or {}
    # What litellm puts around it says nothing, and may hold paths of this machine.
    plain = _AROUND.sub("", words).partition("Traceback (most recent")[0].strip()
    said = without_keys(plain) or name
    sent = "LLM Provider NOT provided" not in words
    return Failure(kind, said, _seconds(headers.get("retry-after")), sent=sent)


_AROUND = re.compile(r"(?:litellm\.)?\w+(?:Error|Exception|Timeout)(?:: | - )")


def _seconds(text: str | None) -> float:
    """Read ``Retry-After``: seconds, or the date until which to wait."""
    if not text:
        return 0.0
    try:
        return min(max(float(text), 0.0), 3600.0)
    except ValueError:
        pass
    import datetime as dt
    from email.utils import parsedate_to_datetime

    try:
        then = parsedate_to_datetime(text)
        left = (then - dt.datetime.now(dt.UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0.0
    return min(max(left, 0.0), 3600.0)


_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)


def without_keys(text: str) -> str:
    """Return words of a provider as one line, without anything that is a key."""
    from .redaction import redact

    for name, value in os.environ.items():
        if len(value) >= 6 and _SECRET.search(name):
            text = text.replace(value, "[key]")
    # Providers repeat the beginning and the end of a key.
    text = re.sub(r"\b(?:sk|pk|rk)-[\w*-]+", "[key]", redact(text)[0])
    return " ".join(text.split())[:300]


@dataclass(frozen=True)
class Prices:
    """What litellm knows of a model; None where it does not.

    Attributes
    ----------
    read, written : float or None
        US dollars a token.
    context : int or None
        Tokens that it can read.
    room : int or None
        Tokens that it can write.
    """

    read: float | None = None
    written: float | None = None
    context: int | None = None
    room: int | None = None


def prices(model: Model) -> Prices:
    """Return what a token costs, and how many fit."""
    try:
        found = litellm().get_model_info(model.name)
    except InputError:
        raise
    except Exception:  # it raises a plain Exception for models it does not know
        return Prices(context=model.context or None)
    return Prices(
        found.get("input_cost_per_token"),
        found.get("output_cost_per_token"),
        model.context or found.get("max_input_tokens"),
        found.get("max_output_tokens"),
    )
