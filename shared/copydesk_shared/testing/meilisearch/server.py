"""The wire of the stand-in: routes, keys and asynchronous tasks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from copydesk_shared.testing.meilisearch.indexes import (
    DEFAULTS,
    LoopbackIndex,
    ProblemError,
    timestamp,
)

KEPT_EXCHANGES: Final = 2000


@dataclass
class Knobs:
    """What a test turns: `down` answers 503, `delay_s` is a task's duration in seconds."""

    down: bool = False
    delay_s: float = 0.005
    fail_next_task: str | None = None
    """The code (as `no_space_left_on_device`) with which the next task fails."""


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, by the route's template, for a test that looks at the wire."""

    method: str
    path: str
    body: Any
    status: int
    answer: Any


@dataclass
class _Task:
    uid: int
    kind: str
    index_uid: str
    work: Callable[[], Mapping[str, Any]]
    status: str = "enqueued"
    error: Mapping[str, Any] | None = None
    details: Mapping[str, Any] | None = None
    times: dict[str, str] = field(default_factory=lambda: {"enqueuedAt": timestamp()})

    def summary(self) -> dict[str, Any]:
        return {
            "taskUid": self.uid,
            "indexUid": self.index_uid,
            "status": "enqueued",
            "type": self.kind,
            "enqueuedAt": self.times["enqueuedAt"],
        }

    def view(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "indexUid": self.index_uid,
            "status": self.status,
            "type": self.kind,
            "details": self.details,
            "error": self.error,
            **self.times,
        }


class LoopbackMeilisearch:
    """The stand-in: an ASGI `app`, and the handles of a test."""

    def __init__(self, *, key: str | None = None, url: str = "") -> None:
        self.url = url
        self.key = key
        self.knobs = Knobs()
        self.exchanges: deque[Exchange] = deque(maxlen=KEPT_EXCHANGES)
        self._indexes: dict[str, LoopbackIndex] = {}
        self._tasks: list[_Task] = []
        self._enqueued: asyncio.Queue[_Task] = asyncio.Queue()
        documents = "/indexes/{index_uid}/documents"
        self.app = Starlette(
            lifespan=self._lifespan,
            routes=[
                self._route("GET", "/health", lambda *_: {"status": "available"}, open_to_all=True),
                self._route("GET", "/version", lambda *_: VERSION),
                self._route("PATCH", "/loopback/knobs", self._turn_knobs, open_to_all=True),
                self._route("POST", "/indexes", self._create_index),
                self._route("GET", "/indexes/{index_uid}", self._get_index),
                self._route("GET", "/indexes/{index_uid}/settings", self._get_settings),
                self._route("PATCH", "/indexes/{index_uid}/settings", self._patch_settings),
                self._route("POST", documents, self._add_documents),
                self._route("POST", f"{documents}/fetch", self._on_index("fetch")),
                self._route("POST", f"{documents}/delete-batch", self._delete_documents),
                self._route("GET", documents + "/{document_id}", self._get_document),
                self._route("POST", "/indexes/{index_uid}/search", self._on_index("search")),
                self._route(
                    "POST", "/indexes/{index_uid}/facet-search", self._on_index("facet_search")
                ),
                self._route("POST", "/multi-search", self._multi_search),
                self._route("GET", "/tasks/{task_id}", self._get_task),
            ],
        )

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        worker = asyncio.create_task(self._work())
        yield
        worker.cancel()

    async def _work(self) -> None:
        """Do the tasks, one after the other, as the server does."""
        while True:
            task = await self._enqueued.get()
            task.status = "processing"
            task.times["startedAt"] = timestamp()
            await asyncio.sleep(self.knobs.delay_s)
            try:
                self._fail_if_wanted()
                task.details = task.work()
                task.status = "succeeded"
            except ProblemError as exc:
                task.error = exc.payload
                task.status = "failed"
            task.times["finishedAt"] = timestamp()

    def _fail_if_wanted(self) -> None:
        code, self.knobs.fail_next_task = self.knobs.fail_next_task, None
        if code:
            raise ProblemError(code, "Failed because a test wants it.", status=500)

    def _route(
        self, method: str, path: str, handle: Callable[..., Any], *, open_to_all: bool = False
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            body: Any = None
            try:
                if not path.startswith("/loopback"):
                    self._admit(request, open_to_all=open_to_all)
                body = _json(raw) if raw else None
                answer, status = handle(request, body), 200
                if isinstance(answer, _Task):
                    answer, status = answer.summary(), 202
            except ProblemError as exc:
                answer, status = exc.payload, exc.status
            self.exchanges.append(Exchange(method, path, body, status, answer))
            return JSONResponse(answer, status)

        return Route(path, endpoint, methods=[method])

    def _admit(self, request: Request, *, open_to_all: bool) -> None:
        if self.knobs.down:
            raise ProblemError("internal", "Down because a test wants it.", status=503)
        if open_to_all or self.key is None:
            return
        given = request.headers.get("authorization")
        if given is None:
            raise ProblemError(
                "missing_authorization_header",
                "The Authorization header is missing. It must use the bearer authorization method.",
                status=401,
            )
        if given != f"Bearer {self.key}":
            raise ProblemError("invalid_api_key", "The provided API key is invalid.", status=403)

    def _index(self, uid: str) -> LoopbackIndex:
        try:
            return self._indexes[uid]
        except KeyError:
            raise ProblemError("index_not_found", f"Index `{uid}` not found.", status=404) from None

    def _on_index(self, method: str) -> Callable[[Request, Any], Any]:
        return lambda request, body: getattr(self._index(_uid(request)), method)(body or {})

    def _enqueue(self, kind: str, uid: str, work: Callable[[], Mapping[str, Any]]) -> _Task:
        task = _Task(len(self._tasks), kind, uid, work)
        self._tasks.append(task)
        self._enqueued.put_nowait(task)
        return task

    def _turn_knobs(self, _: Request, body: Any) -> Any:
        for name, value in body.items():
            setattr(self.knobs, name, value)
        return vars(self.knobs)

    def _create_index(self, _: Request, body: Any) -> _Task:
        def create() -> Mapping[str, Any]:
            if body["uid"] in self._indexes:
                raise ProblemError("index_already_exists", f"Index `{body['uid']}` already exists.")
            self._indexes[body["uid"]] = LoopbackIndex(body["uid"], body.get("primaryKey"))
            return {"primaryKey": body.get("primaryKey")}

        return self._enqueue("indexCreation", body["uid"], create)

    def _get_index(self, request: Request, _: Any) -> Any:
        return _index_view(self._index(_uid(request)))

    def _get_settings(self, request: Request, _: Any) -> Any:
        return self._index(_uid(request)).settings

    def _patch_settings(self, request: Request, body: Any) -> _Task:
        unknown = sorted(set(body) - set(DEFAULTS))
        if unknown:
            raise ProblemError("bad_request", f"Unknown field `{unknown[0]}`.")

        def change() -> Mapping[str, Any]:
            self._writable(_uid(request)).change_settings(body)
            return body  # type: ignore[no-any-return]  # JSON, checked to be an object above

        return self._enqueue("settingsUpdate", _uid(request), change)

    def _add_documents(self, request: Request, body: Any) -> _Task:
        documents = body if isinstance(body, list) else [body]

        def add() -> Mapping[str, Any]:
            self._writable(_uid(request)).add(documents)
            return {"receivedDocuments": len(documents), "indexedDocuments": len(documents)}

        return self._enqueue("documentAdditionOrUpdate", _uid(request), add)

    def _delete_documents(self, request: Request, body: Any) -> _Task:
        def delete() -> Mapping[str, Any]:
            deleted = self._index(_uid(request)).delete(map(str, body))
            return {"providedIds": len(body), "deletedDocuments": deleted}

        return self._enqueue("documentDeletion", _uid(request), delete)

    def _get_document(self, request: Request, _: Any) -> Any:
        held = self._index(_uid(request)).documents.get(request.path_params["document_id"])
        if held is None:
            raise ProblemError("document_not_found", "Document not found.", status=404)
        return held

    def _multi_search(self, _: Request, body: Any) -> Any:
        queries = body["queries"]
        return {
            "results": [
                {"indexUid": each["indexUid"], **self._index(each["indexUid"]).search(each)}
                for each in queries
            ]
        }

    def _get_task(self, request: Request, _: Any) -> Any:
        uid = int(request.path_params["task_id"])
        if uid >= len(self._tasks):
            raise ProblemError("task_not_found", f"Task `{uid}` not found.", status=404)
        return self._tasks[uid].view()

    def _writable(self, uid: str) -> LoopbackIndex:
        """Writes make the index that they lack, without settings, as the server does."""
        return self._indexes.setdefault(uid, LoopbackIndex(uid, None))


VERSION: Final = {"commitSha": "0" * 40, "commitDate": "2026-01-01", "pkgVersion": "1.50.0"}


def _uid(request: Request) -> str:
    return str(request.path_params["index_uid"])


def _index_view(index: LoopbackIndex) -> dict[str, Any]:
    return {
        "uid": index.uid,
        "createdAt": index.made_at,
        "updatedAt": timestamp(),
        "primaryKey": index.primary_key,
    }


def _json(raw: bytes) -> Any:
    try:
        # orjson refuses lone surrogates, as the server does; the standard library takes them.
        return orjson.loads(raw)
    except orjson.JSONDecodeError as exc:
        raise ProblemError(
            "malformed_payload", f"The json payload provided is malformed. `{exc}`."
        ) from exc
