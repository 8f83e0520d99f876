"""The wire of the stand-in: routes, keys and asynchronous tasks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from copydesk_shared.testing.meilisearch import shapes
from copydesk_shared.testing.meilisearch.indexes import DEFAULTS, LoopbackIndex, timestamp
from copydesk_shared.testing.meilisearch.keys import KeyRing
from copydesk_shared.testing.meilisearch.problems import ProblemError

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
        self._ring = KeyRing(key)
        self._indexes: dict[str, LoopbackIndex] = {}
        self._tasks: list[_Task] = []
        self._enqueued: asyncio.Queue[_Task] = asyncio.Queue()
        documents = f"{INDEX}/documents"
        self.app = Starlette(
            lifespan=self._lifespan,
            routes=[
                self._route("GET", "/health", lambda *_: {"status": "available"}, None),
                self._route("GET", "/version", lambda *_: VERSION, "version"),
                self._route("PATCH", "/loopback/knobs", self._turn_knobs, None),
                self._route("POST", "/keys", self._create_key, "keys.create"),
                self._route("GET", "/keys/{key}", self._get_key, "keys.get"),
                self._route("POST", "/indexes", self._create_index, "indexes.create"),
                self._route("GET", INDEX, self._get_index, "indexes.get"),
                self._route("GET", f"{INDEX}/settings", self._get_settings, "settings.get"),
                self._route("PATCH", f"{INDEX}/settings", self._patch_settings, "settings.update"),
                self._route("POST", documents, self._add_documents, "documents.add"),
                self._route("POST", f"{documents}/fetch", self._on_index("fetch"), "documents.get"),
                self._route(
                    "POST", f"{documents}/delete-batch", self._delete_documents, "documents.delete"
                ),
                self._route(
                    "GET", documents + "/{document_id}", self._get_document, "documents.get"
                ),
                self._route("POST", f"{INDEX}/search", self._search, "search"),
                self._route("POST", f"{INDEX}/facet-search", self._facet_search, "search"),
                self._route("POST", "/multi-search", self._multi_search, "search"),
                self._route("GET", "/tasks/{task_id}", self._get_task, "tasks.get"),
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
        self, method: str, path: str, handle: Callable[..., Any], action: str | None
    ) -> Route:
        """The action is what a key must allow; None is open to all."""

        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            body: Any = None
            try:
                self._be_down_if_wanted(path)
                body = _json(raw) if raw else None
                if action is not None:
                    self._admit(request, action, body)
                answer, status = handle(request, body), 201 if path == "/keys" else 200
                if isinstance(answer, _Task):
                    answer, status = answer.summary(), 202
            except ProblemError as exc:
                answer, status = exc.payload, exc.status
            self.exchanges.append(Exchange(method, path, body, status, answer))
            return JSONResponse(answer, status)

        return Route(path, endpoint, methods=[method])

    def _be_down_if_wanted(self, path: str) -> None:
        if self.knobs.down and not path.startswith("/loopback"):
            raise ProblemError("internal", "Down because a test wants it.", status=503)

    def _admit(self, request: Request, action: str, body: Any) -> None:
        index = request.path_params.get("index_uid")
        if isinstance(body, dict):
            indexes = [body.get("uid")] if request.url.path == "/indexes" else [index]
            indexes = [each.get("indexUid") for each in body.get("queries", ())] or indexes
        else:
            indexes = [index]
        for each in indexes:
            self._ring.admit(request.headers.get("authorization"), action, each)

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

    def _search(self, request: Request, body: Any) -> Any:
        shapes.check("SearchQuery", body or {})
        return self._index(_uid(request)).search(body or {})

    def _facet_search(self, request: Request, body: Any) -> Any:
        shapes.check("FacetSearchQuery", body)
        return self._index(_uid(request)).facet_search(body)

    def _multi_search(self, _: Request, body: Any) -> Any:
        shapes.check_multi_search(body)
        queries, federation = body["queries"], body.get("federation")
        if federation is not None:
            return self._federated(queries, federation)
        return {
            "results": [
                {"indexUid": each["indexUid"], **self._index(each["indexUid"]).search(each)}
                for each in queries
            ]
        }

    def _federated(
        self, queries: Sequence[Mapping[str, Any]], federation: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """One list of what the queries find, each hit once; of one index, as Copydesk asks it."""
        (uid,) = {each["indexUid"] for each in queries}
        index = self._index(uid)
        union = index.union(queries, ordered=federation.get("limit", 20) > 0)
        found = (
            index.one_of_each(union, federation["distinct"]) if "distinct" in federation else union
        )
        offset, limit = federation.get("offset", 0), federation.get("limit", 20)
        answer: dict[str, Any] = {
            "hits": [
                {**index.hit(held, match, queries[0]), "_federation": {"indexUid": uid}}
                for held, match in found[offset : offset + limit]
            ],
            "processingTimeMs": 0,
            "limit": limit,
            "offset": offset,
            "estimatedTotalHits": len(found),
        }
        names = federation.get("facetsByIndex", {}).get(uid)
        if names is not None:
            counts = index.distribution(names, [held for held, _ in found])
            answer["facetsByIndex"] = {uid: {"distribution": counts, "stats": {}}}
        return answer

    def _create_key(self, _: Request, body: Any) -> Any:
        shapes.check("CreateApiKey", body)
        return self._ring.create(body).view()

    def _get_key(self, request: Request, _: Any) -> Any:
        return self._ring.get(str(request.path_params["key"])).view()

    def _get_task(self, request: Request, _: Any) -> Any:
        uid = int(request.path_params["task_id"])
        if uid >= len(self._tasks):
            raise ProblemError("task_not_found", f"Task `{uid}` not found.", status=404)
        return self._tasks[uid].view()

    def _writable(self, uid: str) -> LoopbackIndex:
        """Writes make the index that they lack, without settings, as the server does."""
        return self._indexes.setdefault(uid, LoopbackIndex(uid, None))


INDEX: Final = "/indexes/{index_uid}"
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
