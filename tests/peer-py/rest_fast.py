"""The published client fast-bitrix24 (PyPI) against the portal of the demo office.

    python3 rest_fast.py <file with the ready line of hotstart-office --json>

Exits 0 when every step went as the documentation of REST says, 1 with the failed step otherwise. It reads lists as fast
as the portal lets it: paging, batches with 50 commands, references, limits.
"""

import json
import os
import sys
import traceback
import urllib.request

# The office is on loopback: a proxy of the environment is not for it.
os.environ["NO_PROXY"] = "127.0.0.1,localhost"

from fast_bitrix24 import Bitrix  # noqa: E402

READY = json.loads(open(sys.argv[1], encoding="utf-8").read())
COUNT = 1500
STEPS = []


def step(function):
    STEPS.append(function)
    return function


def control(path, body):
    request = urllib.request.Request(
        READY["control"] + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer)


def client(**options):
    return Bitrix(READY["webhook"], ssl=False, verbose=False, **options)


@step
def profile():
    answer = client().call("profile", {}, raw=True)
    assert answer["result"]["ID"] == "1" and answer["result"]["ADMIN"] is True, answer


@step
def every_deal_once():
    control("/portal/bulk", {"count": COUNT, "first_id": 1001})
    deals = client().get_all("crm.deal.list", params={"select": ["ID", "TITLE", "UF_*"]})
    ids = sorted(int(deal["ID"]) for deal in deals)
    assert len(ids) == len(set(ids)) == COUNT + 6, len(ids)
    assert ids[6:] == list(range(1001, 1001 + COUNT)), ids[:10]
    assert all("UF_CRM_1732558654060" in deal for deal in deals)


@step
def a_filtered_list():
    wanted = {"STAGE_ID": "WON", ">=OPPORTUNITY": 500000}
    deals = client().get_all("crm.deal.list", params={"filter": wanted, "select": ["ID", "STAGE_ID", "OPPORTUNITY"]})
    assert deals and all(deal["STAGE_ID"] == "WON" and float(deal["OPPORTUNITY"]) >= 500000 for deal in deals), deals[:3]


@step
def entities_by_their_ids():
    found = client().get_by_ID("crm.deal.get", [1001, 1002, 1003])
    assert {key: value["ID"] for key, value in found.items()} == {"1001": "1001", "1002": "1002", "1003": "1003"}, found


@step
def a_batch_with_references():
    batch = {
        "halt": 0,
        "cmd": {"me": "user.current", "mine": "crm.deal.list?filter[ASSIGNED_BY_ID]=$result[me][ID]&select[]=ASSIGNED_BY_ID"},
    }
    result = client().call_batch(batch)
    assert {row["ASSIGNED_BY_ID"] for row in result["mine"]} == {"1"}, result


@step
def many_changes():
    changes = [{"ID": number, "fields": {"TITLE": f"changed {number}"}} for number in range(1001, 1101)]
    client().call("crm.deal.update", changes)
    deals = client().get_all("crm.deal.list", params={"filter": {"%TITLE": "changed"}, "select": ["ID"]})
    assert len(deals) == 100, len(deals)


@step
def its_own_brake_keeps_the_limit():
    control("/portal/limits", {"bucket": {"size": 50, "drain": 2}})
    deals = client().get_all("crm.deal.list", params={"select": ["ID"]})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(READY["control"] + "/portal/limits") as answer:
        report = json.load(answer)
    control("/portal/limits", {})
    assert len(deals) == COUNT + 6 and report["refusals"] == 0, report


def main():
    for function in STEPS:
        try:
            function()
        except Exception:
            traceback.print_exc()
            print(f"FAIL {function.__name__}")
            return 1
        print(f"ok   {function.__name__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
