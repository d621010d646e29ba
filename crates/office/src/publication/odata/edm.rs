//! `$metadata`: sets, types and their properties.

use std::fmt::Write as _;

use super::super::catalogue::{Configuration, Kind, Shape};
use super::entity::{LINE, PARTY, ROWS, columns, set};

/// The names of all sets of a base.
pub(super) fn sets(configuration: &Configuration) -> Vec<String> {
    let mut names = Vec::new();
    for kind in configuration.kinds {
        names.push(set(*kind));
        if kind.shape == Shape::Trade {
            names.push(format!("{}_{ROWS}", set(*kind)));
        }
    }
    names
}

/// The description as XML.
pub(super) fn description(configuration: &Configuration) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <edmx:Edmx Version=\"1.0\" xmlns:edmx=\"http://schemas.microsoft.com/ado/2007/06/edmx\">\
        <edmx:DataServices m:DataServiceVersion=\"3.0\" m:MaxDataServiceVersion=\"3.0\" \
        xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\">\
        <Schema Namespace=\"StandardODATA\" xmlns=\"http://schemas.microsoft.com/ado/2009/11/edm\">"
        .to_owned();
    for kind in configuration.kinds {
        entity(&mut text, *kind, configuration);
    }
    text.push_str("<EntityContainer Name=\"EnterpriseV8\" m:IsDefaultEntityContainer=\"true\">");
    for name in sets(configuration) {
        let _ = write!(text, "<EntitySet Name=\"{name}\" EntityType=\"StandardODATA.{name}\"/>");
    }
    text.push_str("</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>");
    text
}

fn entity(text: &mut String, kind: Kind, configuration: &Configuration) {
    let name = set(kind);
    let _ = write!(
        text,
        "<EntityType Name=\"{name}\"><Key><PropertyRef Name=\"Ref_Key\"/></Key>"
    );
    for (column, edm) in columns(kind) {
        let nullable = *column != "Ref_Key";
        let _ = write!(
            text,
            "<Property Name=\"{column}\" Type=\"{}\" Nullable=\"{nullable}\"/>",
            edm.name()
        );
    }
    if kind.shape != Shape::Trade {
        text.push_str("</EntityType>");
        return;
    }
    let _ = write!(
        text,
        "<Property Name=\"{ROWS}\" Type=\"Collection(StandardODATA.{name}_{ROWS}_RowType)\" Nullable=\"false\"/>"
    );
    if configuration.party().is_some() {
        let _ = write!(
            text,
            "<NavigationProperty Name=\"{PARTY}\" Relationship=\"StandardODATA.{name}_{PARTY}\" FromRole=\"Begin\" ToRole=\"End\"/>"
        );
    }
    text.push_str("</EntityType>");
    let lines = LINE.iter().fold(String::new(), |mut lines, (column, edm)| {
        let _ = write!(
            lines,
            "<Property Name=\"{column}\" Type=\"{}\" Nullable=\"true\"/>",
            edm.name()
        );
        lines
    });
    let _ = write!(
        text,
        "<ComplexType Name=\"{name}_{ROWS}_RowType\">{lines}</ComplexType>\
        <EntityType Name=\"{name}_{ROWS}\"><Key><PropertyRef Name=\"Ref_Key\"/><PropertyRef Name=\"LineNumber\"/></Key>{lines}</EntityType>"
    );
    if let Some(party) = configuration.party() {
        let _ = write!(
            text,
            "<Association Name=\"{name}_{PARTY}\"><End Role=\"Begin\" Type=\"StandardODATA.{name}\" Multiplicity=\"*\"/>\
            <End Role=\"End\" Type=\"StandardODATA.{}\" Multiplicity=\"0..1\"/></Association>",
            set(party)
        );
    }
}
