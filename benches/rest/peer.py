"""The same reading by the published clients: `peer.py fast_bitrix24|b24pysdk`, the webhook in WEBHOOK.

Each is used as its documentation shows for many items, at its quickest. What is imported
is not timed; what was read is held, as by the program beside it. Prints one JSON value.
"""

import json
import os
import sys
import time
from urllib.parse import urlsplit

FIELDS = ["id", "title", "stageId", "opportunity", "currencyId", "companyId", "assignedById", "updatedTime"]


def fast_bitrix24(webhook):
    from fast_bitrix24 import Bitrix

    # Its limits stay on: its five requests are far below them, and without them it fails on what the portal says of time.
    portal = Bitrix(webhook, verbose=False, ssl=False)
    begin = time.monotonic()
    deals = portal.get_all("crm.item.list", {"entityTypeId": 2, "select": FIELDS})
    return deals, time.monotonic() - begin


def b24pysdk(webhook):
    from b24pysdk import BitrixWebhook, Client
    from b24pysdk.api.callers import call_method

    # It knows https only; the office speaks http, which is less work for it.
    caller = call_method.__globals__["_MethodCaller"]
    caller._base_url = property(lambda self: f"http://{self._domain}/rest")
    where = urlsplit(webhook)
    _, _, user, secret, *_ = where.path.split("/")
    client = Client(BitrixWebhook(domain=where.netloc, webhook_token=f"{user}/{secret}"))
    begin = time.monotonic()
    deals = client.crm.item.list(entity_type_id=2, select=FIELDS).as_list().result
    return deals, time.monotonic() - begin


def most_memory():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def main():
    read = {"fast_bitrix24": fast_bitrix24, "b24pysdk": b24pysdk}[sys.argv[1]]
    deals, seconds = read(os.environ["WEBHOOK"])
    ids = [int(deal["id"]) for deal in deals]
    print(json.dumps({"items": len(ids), "id_sum": sum(ids), "seconds": seconds, "rss_kb": most_memory()}))


main()
