//! Objects over OData: addresses as independent clients send them, answers and refusals.

use onec::client::{Filter, Literal, ODataCode, ServiceError};
use onec::{Identifier, KindName, ObjectType, Ref};

use crate::publication::Stage;

/// Whether an error is the one that was expected.
type Expected = fn(&ServiceError) -> bool;

fn object(kind: &str, name: &str) -> ObjectType {
    ObjectType {
        kind: KindName::parse(kind).unwrap(),
        name: Identifier::parse(name).unwrap(),
    }
}

fn reference() -> Ref {
    Ref::parse("8936000c29dddd3811ecc9c9312e175a").unwrap()
}

#[tokio::test]
async fn an_object_is_read_by_its_reference() {
    let stage = Stage::new(|_| {
        (
            200,
            vec![],
            "\u{feff}{\"Ref_Key\":\"k\",\"Description\":\"Ромашка\"}".into(),
        )
    })
    .await;
    let base = stage.base();
    let read = base
        .read(&object("Справочник", "Контрагенты"), reference())
        .await
        .unwrap();
    assert_eq!(read["Description"], "Ромашка");
    let asked = &stage.asked()[0];
    assert_eq!(
        asked.path,
        "/%D0%B1%D0%B0%D0%B7%D0%B0/odata/standard.odata/Catalog_%D0%9A%D0%BE%D0%BD%D1%82%D1%80%D0%B0%D0%B3%D0%B5%D0%BD\
         %D1%82%D1%8B(guid'312e175a-c9c9-11ec-8936-000c29dddd38')?$format=json"
    );
    assert_eq!(asked.header("accept"), Some("application/json"));
    for kind in ["Константа", "РегистрСведений", "Отчет"] {
        let refused = base.read(&object(kind, "X"), reference()).await;
        assert_eq!(refused, Err(ServiceError::Unfit), "{kind}");
    }
    assert_eq!(stage.asked().len(), 1, "nothing is asked that has no address");
}

#[tokio::test]
async fn objects_are_found_by_an_attribute() {
    let stage = Stage::new(|_| {
        (
            200,
            vec![],
            r#"{"value":[{"Code":"1"},{"Code":"2"},{"Code":"3"}]}"#.into(),
        )
    })
    .await;
    let filter = Filter::equals(Identifier::parse("ИНН").unwrap(), Literal::Text("7'1 & x=#".into()));
    let found = stage.base().find(&object("Catalog", "К"), &filter, 2).await.unwrap();
    assert_eq!(found.len(), 2, "a server that ignores $top is cut");
    assert_eq!(
        stage.asked()[0].path,
        "/%D0%B1%D0%B0%D0%B7%D0%B0/odata/standard.odata/Catalog_%D0%9A?$format=json&$top=2&$filter=%D0%98%D0%9D%D0%9D%20eq\
         %20%277%27%271%20%26%20x%3D%23%27&allowedOnly=true"
    );
}

#[tokio::test]
async fn a_missing_object_keeps_the_session() {
    let stage = Stage::new(|asked| {
        if asked.path.contains("Catalog_M") {
            (
                404,
                vec![],
                r#"{"odata.error":{"code":"9","message":{"lang":"ru","value":"нет"}}}"#.into(),
            )
        } else {
            (200, vec![], "{}".into())
        }
    })
    .await;
    let base = stage.base();
    for name in ["A", "M", "A"] {
        let read = base.read(&object("Catalog", name), reference()).await;
        assert_eq!(read.is_err_and(|error| error.is_missing()), name == "M");
    }
    assert_eq!(stage.asked().len(), 3);
    assert_eq!(stage.asked()[2].header("cookie"), Some("ibsession=s1"));
}

#[tokio::test]
async fn refusals_have_kinds() {
    let stage = Stage::with(
        |asked| match asked.path.rsplit("Catalog_").next().unwrap().chars().next().unwrap() {
            'A' => (
                404,
                vec![],
                "<m:error xmlns:m=\"x\"><m:code>8</m:code><m:message>x</m:message></m:error>".into(),
            ),
            'B' => (
                401,
                vec![],
                r#"{"odata.error":{"code":"20","message":{"value":"x"}}}"#.into(),
            ),
            'C' => (200, vec![], "<html>sign in</html>".into()),
            'D' => (200, vec![], "[]".into()),
            _ => (412, vec![], String::new()),
        },
        404,
        99,
    )
    .await;
    let kinds: [(&str, Expected); 5] = [
        (
            "A",
            |error| matches!(error, ServiceError::OData(fault) if fault.code == ODataCode::NoEntitySet),
        ),
        ("B", |error| *error == ServiceError::Access),
        ("C", |error| *error == ServiceError::Unexpected),
        ("D", |error| *error == ServiceError::Unexpected),
        ("E", |error| *error == ServiceError::Status(412)),
    ];
    for (name, expected) in kinds {
        let read = stage.base().read(&object("Catalog", name), reference()).await;
        assert!(expected(&read.clone().unwrap_err()), "{name}: {read:?}");
    }
    let filter = Filter::equals(Identifier::parse("A").unwrap(), Literal::Flag(true));
    let found = stage.base().find(&object("Catalog", "D"), &filter, 1).await;
    assert_eq!(found, Err(ServiceError::Unexpected));
}
