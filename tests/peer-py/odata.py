"""The published OData client for 1C (PyPI python-1c-odata) against a publication.

    python3 odata.py <publication address> <user> <password>

Exits 0 when every step went as the developer's guide says, 1 with the failed step otherwise. The office is an
independent reading of the interface: this script holds it against the reading of others, who met a real 1C.
"""

import asyncio
import sys
import traceback

from python_1c_odata import (
    Catalog,
    ConcurrencyError,
    Document,
    EntityNotFound,
    F,
    Infobase,
    ODataError,
    PostingMode,
    guid,
    startswith,
)

GRAIN = "312e175a-c9c9-11ec-8936-000c29dddd38"
NAME = "ООО «Зерно»"
STEPS = []


def step(function):
    STEPS.append(function)
    return function


async def refused(error, code, awaitable):
    """The error that a call ends with, by its class and internal code."""
    try:
        await awaitable
    except error as raised:
        assert raised.internal_code == code, f"code {raised.internal_code}, not {code}: {raised}"
        return raised
    raise AssertionError(f"no {error.__name__}")


@step
async def reads_an_entity(base):
    party = await Catalog(base, "Контрагенты").get(GRAIN)
    assert party["Description"] == NAME and party["Ref_Key"] == GRAIN, party
    assert party["DeletionMark"] is False and party["IsFolder"] is False, party


@step
async def reads_the_same_entity_as_atom(base):
    async with Infobase(base.server, base.infobase, *CREDENTIALS, format="atom") as atom:
        party = await Catalog(atom, "Контрагенты").get(GRAIN)
        assert party["Description"] == NAME, party
        page = await Catalog(atom, "Контрагенты").query(top=3, inlinecount=True)
        assert len(page.value) == 3 and page.count > 3, page
        await refused(EntityNotFound, "8", Catalog(atom, "Нет").get(GRAIN))
        made = await Catalog(atom, "Контрагенты").create({"Description": "АО <Дуб>", "DeletionMark": True})
        assert made["Description"] == "АО <Дуб>", made


@step
async def queries_a_set(base):
    page = await Catalog(base, "Контрагенты").query(
        top=2, select=["Ref_Key", "Description"], odata_filter="DeletionMark eq false", inlinecount=True
    )
    assert len(page.value) == 2 and page.count >= 300, page
    assert all(set(row) == {"Ref_Key", "Description"} for row in page.value), page.value


@step
async def walks_all_pages_once(base):
    keys = [row["Ref_Key"] async for row in Catalog(base, "Номенклатура").iterate(page_size=70, select="Ref_Key")]
    assert len(keys) == len(set(keys)) == await Catalog(base, "Номенклатура").count(), len(keys)


@step
async def filters_as_the_builder_writes(base):
    parties = Catalog(base, "Контрагенты")
    found = await parties.where((F("Description") == NAME) & ~(F("DeletionMark") == True)).execute()  # noqa: E712
    assert [row["Ref_Key"] for row in found.value] == [GRAIN], found.value
    found = await parties.where(F("Ref_Key").eq(guid(GRAIN)) | startswith("Description", "ЖЖЖ")).execute()
    assert [row["Ref_Key"] for row in found.value] == [GRAIN], found.value
    named = await parties.build().orderby("Description desc").top(50).execute()
    names = [row["Description"] for row in named.value]
    assert names == sorted(names, reverse=True), names


@step
async def shows_presentations_and_inner_entities(base):
    orders = Document(base, "ЗаказКлиента")
    page = await orders.query(top=1, odata_filter="СделкаБитрикс24 eq '123'", presentations=True, select="Ref_Key")
    assert page.value[0]["Контрагент____Presentation"] == NAME, page.value
    page = await orders.query(top=1, odata_filter="СделкаБитрикс24 eq '123'", expand="Контрагент")
    assert page.value[0]["Контрагент"]["Description"] == NAME, page.value


@step
async def writes_a_document(base):
    orders = Document(base, "ЗаказКлиента")
    made = await orders.create(
        {
            "Date": "2026-11-22T09:30:00",
            "Контрагент@odata.bind": f"Catalog_Контрагенты({guid(GRAIN)})",
            "Товары": [{"Номенклатура": "Стол", "Количество": 3, "Цена": 100}],
        },
        posting_mode=PostingMode.POST,
    )
    key = made["Ref_Key"]
    read = await orders.get(key)
    assert read["Posted"] is True and read["Контрагент_Key"] == GRAIN and read["СуммаДокумента"] == 300, read
    await orders.unpost(key)
    assert (await orders.get(key))["Posted"] is False
    version = (await orders.get(key))["DataVersion"]
    changed = await orders.edit(key, {"Комментарий": "Позвонить"}, if_match=version)
    assert changed["Комментарий"] == "Позвонить" and changed["DataVersion"] != version, changed
    await refused(ConcurrencyError, None, orders.edit(key, {"Комментарий": "Поздно"}, if_match=version))
    await refused(ODataError, "16", orders.edit(key, {"Ref_Key": GRAIN}))
    await orders.delete(key)
    await refused(EntityNotFound, "9", orders.get(key))


@step
async def meets_every_refusal(base):
    parties = Catalog(base, "Контрагенты")
    await refused(EntityNotFound, "8", Catalog(base, "Нет").get(GRAIN))
    await refused(EntityNotFound, "9", parties.get("ffffffff-0000-0000-0000-000000000001"))
    await refused(ODataError, "10", parties.query(select="Нет"))
    await refused(ODataError, "14", parties.query(odata_filter="Description eq"))
    await refused(ODataError, "21", parties.query(odata_filter="round(1) eq 1"))
    await refused(ODataError, "5", base.post("Document_ЗаказКлиента", json={"Number": "1"}))
    await refused(ODataError, "15", parties.create({"Ref_Key": GRAIN, "Description": NAME}))
    await refused(ODataError, "13", base.post("Document_ЗаказКлиента_Товары", json={"LineNumber": "1"}))
    await refused(EntityNotFound, "11", base.post("Catalog_Контрагенты", key=GRAIN, action="Explode"))


@step
async def reads_the_description(base):
    assert await base.has_entity_set("Document_ЗаказКлиента")
    info = await base.entity_type_for_set("Catalog_Контрагенты")
    assert info.keys == ("Ref_Key",) and "Description" in [known.name for known in info.properties], info
    order = await base.entity_type_for_set("Document_ЗаказКлиента")
    assert order.navigation_properties == ("Контрагент",), order


@step
async def is_refused_without_the_password(base):
    async with Infobase(base.server, base.infobase, CREDENTIALS[0], "wrong") as stranger:
        raised = await refused(ODataError, None, Catalog(stranger, "Контрагенты").get(GRAIN))
        assert raised.status == 401, raised


async def main(address):
    server, _, name = address.rstrip("/").rpartition("/")
    failed = 0
    async with Infobase(server, name, *CREDENTIALS, timeout=20) as base:
        for function in STEPS:
            try:
                await function(base)
                print(f"ok      {function.__name__}")
            except Exception:
                failed += 1
                print(f"FAILED  {function.__name__}, last {base.last_status} {base.last_url}")
                traceback.print_exc(limit=-3)
    print(f"{len(STEPS) - failed} passed, {failed} failed")
    return failed == 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: python3 odata.py <publication address> <user> <password>")
    CREDENTIALS = (sys.argv[2], sys.argv[3])
    sys.exit(0 if asyncio.run(main(sys.argv[1])) else 1)
