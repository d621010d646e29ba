use super::*;

mod accepted;
mod properties;
mod refusals;

const R: &str = "8936000c29dddd3811ecc9c9312e175a";
const U: &str = "312e175a-c9c9-11ec-8936-000c29dddd38";

fn json(text: &str) -> serde_json::Value {
    let link = Link::parse(text).unwrap_or_else(|why| panic!("{text}: {}", why.code()));
    serde_json::to_value(link.view()).unwrap()
}

fn code(text: &str) -> Option<&'static str> {
    Link::parse(text).err().map(LinkRefused::code)
}
