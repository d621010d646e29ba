//! Objects of a base found over OData by the value of an attribute.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Objects, Waiting};
use hotstart_core::resolve::{FoundObject, Search};
use hotstart_core::settings::BaseSettings;
use onec::client::{Base, Entity, Filter, Literal, Options, ServiceError};
use onec::{Ref, Uuid};

use crate::services::{HttpServices, of_service};

/// How many objects one search gives at most.
const MOST: u16 = 10;

impl Objects for HttpServices {
    fn find(&self, base: BaseSettings, searches: Vec<Search>) -> Waiting<Result<Vec<FoundObject>, Failure>> {
        let services = self.clone();
        Box::pin(async move {
            let unasked = || Failure::new(Code::ServiceRefused).with("base", &base.name);
            let service = services
                .base(&base, Options::default().answer_within)
                .await?
                .ok_or_else(unasked)?;
            let mut found = Vec::new();
            let mut failure = None;
            for search in searches {
                match ask(&service, &search).await {
                    Ok(objects) => found.extend(objects),
                    // Another configuration may lack the kind or the attribute: the other searches are made in any case.
                    Err(error @ ServiceError::OData(_)) => failure = failure.or(Some(error)),
                    Err(error) => {
                        service.finish().await;
                        return Err(of_service(&base, &error));
                    }
                }
            }
            service.finish().await;
            match failure {
                Some(error) if found.is_empty() => Err(of_service(&base, &error)),
                _ => Ok(found),
            }
        })
    }
}

/// Asks for the value as text, and where the base refuses that, as the number or the key that it may be.
async fn ask(base: &Base, search: &Search) -> Result<Vec<FoundObject>, ServiceError> {
    let filter = |value| Filter::equals(search.attribute.clone(), value);
    let by_text = base
        .find(&search.object, &filter(Literal::Text(search.value.clone())), MOST)
        .await;
    let number = search.value.parse::<i64>().map(Literal::Number).ok();
    let key = Uuid::parse(&search.value).map(Literal::Key).ok();
    let entities = match (by_text, number.or(key)) {
        (Err(ServiceError::OData(_)), Some(other)) => base.find(&search.object, &filter(other), MOST).await?,
        (answer, _) => answer?,
    };
    Ok(entities.iter().filter_map(|entity| object(search, entity)).collect())
}

fn object(search: &Search, entity: &Entity) -> Option<FoundObject> {
    if entity.get("DeletionMark").and_then(serde_json::Value::as_bool) == Some(true) {
        return None;
    }
    let text = |name: &str| {
        entity
            .get(name)?
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let reference = Ref::from(Uuid::parse(text("Ref_Key")?).ok()?);
    let title = match (text("Description"), text("Number")) {
        (Some(name), _) => name.to_owned(),
        (None, Some(number)) => format!("{} {number}", search.object.name),
        (None, None) => String::new(),
    };
    Some(FoundObject {
        search: search.clone(),
        reference,
        title,
    })
}
