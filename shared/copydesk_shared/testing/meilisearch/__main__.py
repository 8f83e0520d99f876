"""`python -m copydesk_shared.testing.meilisearch --port N`: the stand-in as a process."""

import argparse

import uvicorn

from copydesk_shared.testing.meilisearch.server import LoopbackMeilisearch

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--key", default=None, help="The master key; without one all may do all.")
options = parser.parse_args()
server = LoopbackMeilisearch(key=options.key)
uvicorn.run(server.app, host="127.0.0.1", port=options.port, log_level="warning", ws="none")
