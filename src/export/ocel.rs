//! The event log as OCEL 2.0 (JSON): cases and people as objects, activities as events that several objects take part in.
//!
//! It must not hold events: the document is written in pieces, the objects first, and only what objects, people and types there are is kept.
//!
//! The type of an object is its workflow, since an event does not say what type of record its case has. That of people is [`PERSON`], which
//! can be no workflow's name.

use super::row::{Places, Row};
use crate::case::approval::Act;
use crate::case::{Event, Happened};
use crate::names::{CaseId, UserId, WorkflowId};
use crate::service::Logged;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The type of people.
pub const PERSON: &str = "org:resource";

/// What is known of a log while it is written: [`object`](Self::object) for each case, then [`people`](Self::people), then
/// [`events`](Self::events) for each event of the log, then the types.
#[derive(Debug, Default)]
pub struct Objects {
    cases: HashMap<CaseId, Known>,
    people: BTreeSet<UserId>,
    fields: BTreeMap<WorkflowId, BTreeMap<String, &'static str>>,
    activities: BTreeSet<String>,
    places: Places,
}

#[derive(Debug)]
struct Known {
    workflow: WorkflowId,
    revision: u64,
}

impl Objects {
    /// A case by its history: the fields of its record with the moments at which they had their values, and the case that it was born of.
    /// Parents come before their children. `None` for a history that does not begin.
    pub fn object(&mut self, history: &[Logged]) -> Option<Json> {
        let (first, last) = (history.first()?, history.last()?);
        let Happened::Started(started) = &first.event.what else { return None };
        let mut attributes = Vec::new();
        let fields = self.fields.entry(started.workflow.clone()).or_default();
        let mut add = |path: &str, value: &Json, at: DateTime<Utc>| {
            flatten(path, value, &mut |path, value| {
                let kind = kind(value);
                let known = fields.entry(path.to_owned()).or_insert(kind);
                *known = joined(known, kind);
                attributes.push(json!({ "name": path, "value": value, "time": moment(at) }));
            });
        };
        add("", &started.record, first.event.at);
        for logged in history {
            if let Happened::Updated { fields } = &logged.event.what {
                for (path, value) in fields {
                    add(path.as_str(), value, logged.event.at);
                }
            }
            self.people.extend(people(&logged.event).into_iter().map(|(user, _)| user));
        }
        let parent = started.parent.as_ref().and_then(|parent| self.id(parent));
        let relationships: Vec<Json> = parent.into_iter().map(|id| json!({ "objectId": id, "qualifier": "born of" })).collect();
        self.cases.insert(first.case.clone(), Known { workflow: started.workflow.clone(), revision: last.revision.0 });
        let id = self.id(&first.case)?;
        Some(json!({ "id": id, "type": started.workflow, "attributes": attributes, "relationships": relationships }))
    }

    /// Everybody who did something, or for whom something was done.
    #[must_use]
    pub fn people(&self) -> Vec<Json> {
        let object = |user: &UserId| json!({ "id": person(user), "type": PERSON, "attributes": [], "relationships": [] });
        self.people.iter().map(object).collect()
    }

    /// The events that one of the log is, with their rows. None where it is of a case that is no object, or came after the objects.
    pub fn events(&mut self, logged: &Logged) -> Vec<(Row, Json)> {
        let rows = self.places.follow(logged);
        let known = self.cases.get(&logged.case).filter(|known| logged.revision.0 <= known.revision);
        let (Some(_), Some(case)) = (known, self.id(&logged.case)) else { return Vec::new() };
        let mut found = Vec::new();
        for (number, row) in rows.into_iter().enumerate() {
            let id = if number == 0 { format!("e{}", row.position) } else { format!("e{}.{number}", row.position) };
            let mut related = vec![json!({ "objectId": case, "qualifier": "case" })];
            related.extend(people(&logged.event).iter().map(|(user, part)| json!({ "objectId": person(user), "qualifier": part })));
            if let (0, Happened::Decided(decided)) = (number, &logged.event.what) {
                let children = decided.starts.iter().filter_map(|birth| self.id(&birth.case));
                related.extend(children.map(|id| json!({ "objectId": id, "qualifier": "starts" })));
            }
            let mut attributes = vec![json!({ "name": "lifecycle", "value": row.lifecycle })];
            if let Some(outcome) = &row.outcome {
                attributes.push(json!({ "name": "outcome", "value": outcome }));
            }
            if !row.stage.is_empty() {
                attributes.push(json!({ "name": "stage", "value": row.stage }));
            }
            let event =
                json!({ "id": id, "type": row.activity, "time": moment(row.at), "attributes": attributes, "relationships": related });
            self.activities.insert(row.activity.clone());
            found.push((row, event));
        }
        found
    }

    /// The types of the objects.
    #[must_use]
    pub fn object_types(&self) -> Json {
        let of = |fields: &BTreeMap<String, &str>| -> Vec<Json> {
            fields.iter().map(|(name, kind)| json!({ "name": name, "type": if kind.is_empty() { "string" } else { kind } })).collect()
        };
        let workflows = self.fields.iter().map(|(workflow, fields)| json!({ "name": workflow, "attributes": of(fields) }));
        workflows.chain([json!({ "name": PERSON, "attributes": [] })]).collect()
    }

    /// The types of the events.
    #[must_use]
    pub fn event_types(&self) -> Json {
        let attributes: Vec<Json> =
            ["lifecycle", "outcome", "stage"].iter().map(|name| json!({ "name": name, "type": "string" })).collect();
        self.activities.iter().map(|activity| json!({ "name": activity, "attributes": attributes })).collect()
    }

    /// The name of a case as an object; no name of a workflow holds the slash, so that no two objects share one.
    fn id(&self, case: &CaseId) -> Option<String> {
        self.cases.get(case).map(|known| format!("{}/{case}", known.workflow))
    }
}

fn person(user: &UserId) -> String {
    format!("{PERSON}/{user}")
}

/// Who takes part in an event, and how.
fn people(event: &Event) -> Vec<(UserId, &'static str)> {
    let mut found: Vec<(UserId, &'static str)> = event.by.user().into_iter().map(|user| (user, "by")).collect();
    match &event.what {
        Happened::Acted { act: Act::Decided(decision), .. } => found.extend(decision.for_user.iter().map(|user| (user.clone(), "for"))),
        Happened::Submitted { for_user, .. } => found.extend(for_user.iter().map(|user| (user.clone(), "for"))),
        Happened::Decided(decided) => found.extend(decided.for_user.iter().map(|user| (user.clone(), "for"))),
        Happened::Acted { act: Act::Added(added), .. } => found.push((added.user.clone(), "to")),
        Happened::Acted { act: Act::Transferred(transferred), .. } => found.push((transferred.to.clone(), "to")),
        Happened::Reassigned { to, .. } => found.extend(to.iter().map(|user| (user.clone(), "to"))),
        Happened::Delegated { delegation } => found.push((delegation.to.clone(), "to")),
        Happened::DelegationEnded { to, .. } => found.push((to.clone(), "to")),
        Happened::FellDue { told, .. } => found.extend(told.iter().map(|user| (user.clone(), "told"))),
        _ => {}
    }
    found
}

/// The values of an object by their paths with dots. Lists have no place among attributes.
fn flatten(path: &str, value: &Json, add: &mut dyn FnMut(&str, &Json)) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&inner, value, add);
            }
        }
        Json::Array(_) => {}
        _ if path.is_empty() => {}
        value => add(path, value),
    }
}

/// The type of a value; none of a value that was cleared.
fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Json::Number(_) => "float",
        _ => "string",
    }
}

/// The type of an attribute that has values of two types.
fn joined(one: &'static str, other: &'static str) -> &'static str {
    match (one, other) {
        ("", only) | (only, "") => only,
        _ if one == other => one,
        ("integer" | "float", "integer" | "float") => "float",
        _ => "string",
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
