"""The function app: the doors of functions/, registered."""

import gc
import logging

gc.disable()  # Loading makes objects that stay: to look for garbage among them takes a tenth of a cold start.

import azure.functions as func  # noqa: E402

from functions import (  # noqa: E402
    approvals,
    audit,
    bulk,
    console,
    delegation,
    history,
    people,
    queues,
    reports,
    requests,
    service,
    timers,
)

gc.freeze()
# What a request leaves behind is freed by counting; to look for more every 700 objects takes 3 ms of it.
gc.set_threshold(50_000, 20, 50)
gc.enable()

# These two tell every address that is called, and people's names stand in some of them.
for talkative in ("azure.core.pipeline.policies.http_logging_policy", "httpx"):
    logging.getLogger(talkative).setLevel(logging.WARNING)

app = func.FunctionApp()
for blueprint in (queues.blueprint, timers.blueprint, audit.blueprint, bulk.blueprint):
    app.register_functions(blueprint)
for family in (requests, approvals, bulk, people, history, reports, delegation, service, console):
    app.register_functions(family.doors.blueprint)
