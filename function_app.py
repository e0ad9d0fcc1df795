"""The function app: the doors of functions/, registered."""

import gc

gc.disable()  # Loading makes objects that stay: to look for garbage among them takes a tenth of a cold start.

import azure.functions as func  # noqa: E402

from functions import queues, timers  # noqa: E402

gc.freeze()
gc.enable()

app = func.FunctionApp()
app.register_functions(queues.blueprint)
app.register_functions(timers.blueprint)
