"""What enrich answers to a request for a preview; nobody keeps it."""

from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.model import Contract


class PreviewReply(Contract):
    """The article as it would be, or the code and message of the error that it would meet."""

    article: Article | None = None
    code: str | None = None
    message: str | None = None
